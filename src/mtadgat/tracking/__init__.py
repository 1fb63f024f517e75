"""Tracking: the observers of a workflow as protocols, and every name under which they record something."""
