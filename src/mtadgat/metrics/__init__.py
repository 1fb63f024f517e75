"""Metrics: how good flags and scores are, what chance reaches, and whether the right features were blamed.

Modules are imported one by one: `curves` and `baselines` travel with a logged model, whose environment has numpy but
not scikit-learn.
"""
