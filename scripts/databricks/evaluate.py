# Databricks notebook source
# MAGIC %md
# MAGIC Evaluate a trained detector on labelled rows. Every option of `mtadgat evaluate --help` is a widget;
# MAGIC `secret_scope` names a scope with credentials for storage.

# COMMAND ----------

# MAGIC %run ./project

# COMMAND ----------

from mtadgat.cli.notebook import notebook

run_id = notebook(dbutils, "evaluate")

# COMMAND ----------

dbutils.notebook.exit(run_id)
