"""Times: how the times of a table were written, and which moments they are."""
