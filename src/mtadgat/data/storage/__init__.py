"""Storage: where files are read from and written to."""
