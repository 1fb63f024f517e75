"""Searches: a run with its trials as child runs."""
