"""Search: the space of configurations, the trials in it, and what is known of them."""
