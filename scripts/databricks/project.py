# Databricks notebook source
# MAGIC %md
# MAGIC Makes this project importable in a notebook beside this one that says `%run ./project`. The runtime is one for
# MAGIC machine learning, 17.3 LTS ML or later, and has all that the project needs but two things: hyperopt, which
# MAGIC `hyperopt` installs, and, only for data at `abfss://` addresses, what a first cell with
# MAGIC `%pip install adlfs azure-identity` installs. Data in `/Volumes/...` need nothing.

# COMMAND ----------

import sys
from pathlib import Path


def source_folder():
    """Return the `src` of this project, two folders above the notebook, or above the working folder."""
    folders = [Path.cwd()]
    try:
        context = dbutils.notebook.entry_point.getDbutils().notebook().getContext()
        folders.insert(0, Path("/Workspace" + context.notebookPath().get().removeprefix("/Workspace")).parent)
    except Exception:  # the context is hidden: an error of Java, without a type in Python
        pass
    for folder in folders:
        if (folder.parent.parent / "src" / "mtadgat").is_dir():
            return str(folder.parent.parent / "src")
    raise FileNotFoundError(f"expected the notebook in scripts/databricks of the project, looked from {folders}")


sys.path.insert(0, source_folder())
