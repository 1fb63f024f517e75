# Databricks notebook source
# MAGIC %md
# MAGIC Mount a container of Azure storage below `/mnt`, once. The secret scope holds `tenant-id`, `client-id` and
# MAGIC `client-secret` of a service principal with a role on the container.
# MAGIC
# MAGIC **Databricks has deprecated mounts**, and everyone in the workspace can read them. Rather make an external
# MAGIC location of the container and a volume in it, and read `/Volumes/catalog/schema/volume/...`; or give
# MAGIC `abfss://container@account.dfs.core.windows.net/path` as `fpath`, with credentials of the job's own.

# COMMAND ----------

for name in ("account", "container", "secret_scope"):
    dbutils.widgets.text(name, "")
dbutils.widgets.text("mount_point", "/mnt/mtadgat")

# COMMAND ----------

# MAGIC %run ./project

# COMMAND ----------

from mtadgat.integrations.databricks.mounts import Container, mount

account, container, scope = (dbutils.widgets.get(name) for name in ("account", "container", "secret_scope"))
done = mount(dbutils, Container(account, container, scope), dbutils.widgets.get("mount_point"))
print(done)

# COMMAND ----------

dbutils.notebook.exit(done)
