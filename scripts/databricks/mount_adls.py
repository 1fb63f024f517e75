# Databricks notebook source
# MAGIC %md
# MAGIC Mount a container of Azure storage below `/mnt`, once. The secret scope holds `tenant-id`, `client-id` and
# MAGIC `client-secret` of a service principal with a role on the container. Without mounts: give
# MAGIC `abfss://container@account.dfs.core.windows.net/path` as `fpath`.

# COMMAND ----------

for name in ("account", "container", "secret_scope"):
    dbutils.widgets.text(name, "")
dbutils.widgets.text("mount_point", "/mnt/mtadgat")

# COMMAND ----------

import sys

sys.path.insert(0, "../../src")

from mtadgat.integrations.databricks.mounts import Container, mount

account, container, scope = (dbutils.widgets.get(name) for name in ("account", "container", "secret_scope"))
done = mount(dbutils, Container(account, container, scope), dbutils.widgets.get("mount_point"))
print(done)

# COMMAND ----------

dbutils.notebook.exit(done)
