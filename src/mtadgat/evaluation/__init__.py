"""Evaluation: metrics of scores and flags on a labelled series, beside those of the baselines."""
