"""Spark: the trials of a search in parallel, on the executors of a cluster."""
