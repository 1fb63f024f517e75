"""Models: logged, registered, looked up, loaded and served."""
