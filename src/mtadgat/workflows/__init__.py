"""Workflows: a request goes in, a result comes out; `train`, `evaluate`, `predict` and `run`, a module each."""
