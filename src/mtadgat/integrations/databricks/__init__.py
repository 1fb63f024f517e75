"""Databricks: jobs, notebooks, secrets, mounts, and checks before a job is sent."""
