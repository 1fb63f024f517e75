# Databricks notebook source
# MAGIC %md
# MAGIC Search for the best configuration, and train with it. Every option of `mtadgat hyperopt --help` is a widget;
# MAGIC `secret_scope` names a scope with credentials for storage.

# COMMAND ----------

# MAGIC %pip install --quiet hyperopt==0.3.0

# COMMAND ----------

# MAGIC %run ./project

# COMMAND ----------

from mtadgat.cli.notebook import notebook

run_id = notebook(dbutils, "hyperopt")

# COMMAND ----------

dbutils.notebook.exit(run_id)
