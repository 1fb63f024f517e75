"""Databricks: jobs, notebooks, secrets, and what can be checked before a job is sent."""
