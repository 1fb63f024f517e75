"""Models: logged, registered, found again and served."""
