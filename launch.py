"""Starts the command line from a checkout: the file that every entry point of MLproject names.

On Databricks this text is pasted below a prologue that has changed into the folder of the unpacked project. So there
is no ``from __future__`` line and no ``__file__`` here, and a quoted value arrives as separate words. An old Python
must be able to read this file, and one without any library to run it, so that people are told what is wrong.
"""

import os
import re
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

MIN_PYTHON = (3, 11)
RUNTIME = os.environ.get("DATABRICKS_RUNTIME_VERSION")
"""The version of the runtime on Databricks, None elsewhere."""


def faults():
    """Return what Python or its libraries lack, a phrase each, by the bounds in ``pyproject.toml``."""
    if sys.version_info < MIN_PYTHON:
        return ["expected Python {}.{} or later, got {}.{}".format(*MIN_PYTHON, *sys.version_info[:2])]
    import tomllib

    bounds = tomllib.loads(Path("pyproject.toml").read_text())["project"]["dependencies"]
    return [fault for bound in bounds for fault in library_faults(bound)]


def library_faults(bound):
    """Return what is wrong with the library that a bound such as ``torch>=2.7`` names."""
    from importlib import metadata

    try:
        installed = metadata.version(re.match(r"[\w.-]+", bound)[0])
        from packaging.requirements import Requirement
    except metadata.PackageNotFoundError:
        return [f"expected {bound}, got none"]
    except ImportError:  # packaging comes with mlflow: without both, the absent libraries are told
        return []
    new_enough = Requirement(bound).specifier.contains(installed, prereleases=True)
    return [] if new_enough else [f"expected {bound}, got {installed}"]


def remedy():
    """Return what to do: a laptop gets newer libraries, which would break those of a runtime."""
    old_python = sys.version_info < MIN_PYTHON
    if RUNTIME is None:
        python = "a newer Python and, in an environment of it, " if old_python else ""
        return f"Install {python}what the project needs with: pip install -r envs/requirements.txt"
    reason = (
        "is too old" if old_python or find_spec("torch") else "is none for machine learning: only those have torch"
    )
    return (
        f"Databricks Runtime {RUNTIME} {reason}. Set spark_version in the cluster file to 17.3 LTS ML or later, "
        "such as 18.x-cpu-ml-scala2.13; newer libraries beside those of this runtime would break it."
    )


def stop(reason):
    """End with a reason, which on Databricks the run keeps too, since nobody else marks it as failed."""
    if RUNTIME is not None:
        try:
            from mtadgat.integrations.databricks.failed_job import fail_unfinished_run

            fail_unfinished_run(reason)
        except Exception:  # whatever is too old
            pass
    sys.exit(f"mtadgat: {reason}")


sys.path.insert(0, str(Path.cwd() / "src"))
found = "; ".join(faults())
if found:
    stop(f"{found}, for {sys.executable}. {remedy()}")
if RUNTIME is not None:
    sys.argv[1:] = shlex.split(" ".join(sys.argv[1:]))

from mtadgat.cli import main  # noqa: E402
from mtadgat.cli.job import job  # noqa: E402

if RUNTIME is None:
    main(prog_name="mtadgat")
else:
    job()
