"""Third-party services, the only places that import them: MLflow; Spark and Databricks by and by."""
