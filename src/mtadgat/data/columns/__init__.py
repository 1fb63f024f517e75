"""Columns: which column of a table is what."""
