# Databricks notebook source
# MAGIC %md
# MAGIC Train with several windows and evaluate each detector, to compare the runs in their MLflow experiment.

# COMMAND ----------

dbutils.widgets.text("fpath", "demo")
dbutils.widgets.text("windows", "50,100")
dbutils.widgets.text("epochs", "30")

# COMMAND ----------

fpath, epochs = dbutils.widgets.get("fpath"), dbutils.widgets.get("epochs")
evaluations = {}
for window in dbutils.widgets.get("windows").split(","):
    trained = dbutils.notebook.run("./train", 0, {"fpath": fpath, "window": window, "epochs": epochs})
    evaluations[window] = dbutils.notebook.run("./evaluate", 0, {"fpath": fpath, "run": trained})

# COMMAND ----------

import mlflow

for window, run_id in evaluations.items():
    print(f"window {window}: run {run_id}, {mlflow.get_run(run_id).data.metrics}")

# COMMAND ----------

import json

dbutils.notebook.exit(json.dumps(evaluations))
