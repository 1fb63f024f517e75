"""Formats: bytes become a data frame."""
