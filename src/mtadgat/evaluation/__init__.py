"""Evaluation: scores and flags held against labels."""
