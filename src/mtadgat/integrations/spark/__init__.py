"""Spark: trials of a search side by side on the executors of a cluster."""
