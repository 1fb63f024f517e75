# Databricks notebook source
# MAGIC %md
# MAGIC Train a detector on healthy rows. Every option of `mtadgat train --help` is a widget;
# MAGIC `secret_scope` names a scope with credentials for storage.

# COMMAND ----------

# MAGIC %run ./project

# COMMAND ----------

from mtadgat.cli.notebook import notebook

run_id = notebook(dbutils, "train")

# COMMAND ----------

dbutils.notebook.exit(run_id)
