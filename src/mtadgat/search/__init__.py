"""Search: the space of configurations, the trials that sample it, and who runs and records them."""
