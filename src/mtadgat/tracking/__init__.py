"""Tracking: who watches a workflow, and every name that crosses a boundary with what they record."""
