"""Runs: opened, recorded and read back."""
