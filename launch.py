"""Starts the command line from a checkout: the file that every entry point of MLproject names.

On Databricks this text is pasted below a prologue that has changed into the folder of the unpacked project. So there
is no ``from __future__`` line and no ``__file__`` here, and a quoted value arrives as separate words.
"""

import os
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "src"))

on_databricks = "DATABRICKS_RUNTIME_VERSION" in os.environ
if on_databricks:
    sys.argv[1:] = shlex.split(" ".join(sys.argv[1:]))

missing = [name for name in ("click", "mlflow", "torch") if find_spec(name) is None]
if missing:
    sys.exit(
        f"mtadgat: {', '.join(missing)} not installed for {sys.executable}. "
        "Install what the project needs with: pip install -r envs/requirements.txt"
    )

from mtadgat.cli import main  # noqa: E402
from mtadgat.cli.job import job  # noqa: E402

if on_databricks:
    job()
else:
    main(prog_name="mtadgat")
