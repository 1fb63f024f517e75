# Databricks notebook source
# MAGIC %md
# MAGIC Flag new rows with a trained detector. Every option of `mtadgat predict --help` is a widget;
# MAGIC `secret_scope` names a scope with credentials for storage.

# COMMAND ----------

# MAGIC %run ./project

# COMMAND ----------

from mtadgat.cli.notebook import notebook

run_id = notebook(dbutils, "predict")

# COMMAND ----------

dbutils.notebook.exit(run_id)
