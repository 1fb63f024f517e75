"""Detector: everything that travels with a model.

It stands alone: below it lie `config`, `metrics`, `series` and `errors`, and nothing else of this project.
"""
