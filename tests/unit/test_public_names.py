"""The public surface: what ``from mtadgat import ...`` gives, and what completion shows."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mtadgat


@pytest.mark.parametrize("name", mtadgat.__all__)
def test_every_public_name_can_be_imported_and_is_documented(name: str) -> None:
    assert (getattr(mtadgat, name).__doc__ or "").strip()
    assert name in dir(mtadgat)


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        _ = mtadgat.colour


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, mtadgat; print({'torch', 'numpy', 'pandas', 'mlflow', 'pyarrow'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
