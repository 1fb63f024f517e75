"""A logged model imports these modules in an environment that has little more than numpy."""

from __future__ import annotations

import subprocess
import sys

import pytest

ABSENT = ("sklearn", "pandas", "mlflow", "fsspec", "pyarrow")
"""Packages that the environment of a logged model may lack, and that its metrics must not need."""


@pytest.mark.parametrize("module", ["curves", "baselines"])
def test_what_travels_with_a_model_needs_none_of_the_heavy_packages(module: str) -> None:
    script = (
        f"import sys, mtadgat.metrics.{module}\n"
        f"print(*sorted({{name.partition('.')[0] for name in sys.modules}} & set({ABSENT!r})))"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert told.strip() == ""
