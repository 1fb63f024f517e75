"""Searches in MLflow: a run with its trials as child runs."""
