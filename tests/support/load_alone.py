"""Loads a logged model and scores rows, in an interpreter that has only what the model's requirements install.

    python load_alone.py MODEL ROWS ANSWER

MODEL is the folder of a logged model, ROWS a CSV file; ANSWER becomes JSON with the scores and the modules of mtadgat
that were imported. Only libraries that the model's requirements.txt names, and those that they depend on, can be
imported; the code of mtadgat itself can import only those that are named.
"""

from __future__ import annotations

import builtins
import importlib.util
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def required(requirements: Sequence[str]) -> set[str]:
    """Return the names of distributions that pip installs for requirements."""
    names: set[str] = set()
    open_requirements = [(Requirement(line), "") for line in requirements]
    seen = set()
    while open_requirements:
        requirement, extra = open_requirements.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for option in ("", *requirement.extras):
            if (name, option) not in seen:
                seen.add((name, option))
                names.add(name)
                open_requirements += [(Requirement(line), option) for line in _requirements(name)]
    return names


def _requirements(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # for another kind of machine
        return []


def restrict_imports(requirements: Sequence[str]) -> None:
    """Hide what the requirements do not install, and from mtadgat what they do not name."""
    installed = required(requirements)
    hidden = {
        package
        for package, distributions in packages_distributions().items()
        if not {canonicalize_name(name) for name in distributions} & installed
    }
    named = {canonicalize_name(Requirement(line).name) for line in requirements}
    original = builtins.__import__

    class Restricted(PathFinder):
        @classmethod
        def find_spec(cls, fullname: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
            return None if fullname.partition(".")[0] in hidden else PathFinder.find_spec(fullname, path, target)

    def restricted_import(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        importer, package = str((globals or {}).get("__name__", "")), name.partition(".")[0]
        if importer.partition(".")[0] == "mtadgat" and level == 0:
            assert package in named | sys.stdlib_module_names | {"mtadgat"}, f"{importer} imports {name}"
        return original(name, globals, locals, fromlist, level)

    sys.meta_path[:] = [Restricted if finder is PathFinder else finder for finder in sys.meta_path]
    builtins.__import__ = restricted_import


def main(model: Path, rows: Path, answer: Path) -> None:
    restrict_imports((model / "requirements.txt").read_text().split())
    assert importlib.util.find_spec("mtadgat") is None, "the project is on the path"
    assert importlib.util.find_spec("hyperopt") is None, "what the model does not require can be imported"

    import mlflow
    import pandas as pd

    predictions = mlflow.pyfunc.load_model(str(model)).predict(pd.read_csv(rows))
    modules = sorted(name for name in sys.modules if name.partition(".")[0] == "mtadgat")
    answer.write_text(json.dumps({"score": predictions["score"].tolist(), "modules": modules}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
