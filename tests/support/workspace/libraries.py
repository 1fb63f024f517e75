"""The libraries of a cluster: those of its runtime and those that the job names, and nothing else.

They are linked, file by file with the bytecode beside it, from the environment that `scripts/runtime_env` makes with
the versions of a Databricks runtime. A library that would replace one of the runtime's is refused: a real cluster
would install it, and break what stands on the other. An environment is made once for each runtime and list.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from functools import cache
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from checkout import ROOT

Distributions = dict[str, metadata.Distribution]
"""Name, as in an index -> what is installed."""

RUNTIMES = ROOT / "envs" / "runtimes"


class LibraryInstallationError(Exception):
    """A library that the job names cannot be had, or would replace one of the runtime's."""


def environment(folder: Path, spark_version: str, libraries: list[str]) -> Path:
    """Return the interpreter of the virtual environment that has the runtime's and the named libraries.

    Args:
        folder: the folder of all environments; what is not there is made.
        spark_version: key of the runtime, such as ``17.3.x-cpu-ml-scala2.13``.
        libraries: requirements, as the job names them.

    Raises:
        LibraryInstallationError: there is no such runtime, or a library cannot be had.
    """
    home = folder / hashlib.sha256("\n".join([spark_version, *libraries]).encode()).hexdigest()[:12]
    if not home.exists():
        runtime = runtime_environment(runtime_of(spark_version))
        shipped = _shipped(spark_version, runtime)
        linked = shipped | _additions(libraries, shipped, runtime)
        _make(home, runtime, linked)
    return home / "bin" / "python"


def runtime_of(spark_version: str) -> str:
    """Return the name of a runtime's file in ``envs/runtimes``.

    Raises:
        LibraryInstallationError: there is none.
    """
    names = {file.stem for file in RUNTIMES.glob("*.txt")}
    version = re.match(r"(\d+)(\.\d+)?\.x-[cg]pu-ml-", spark_version)
    for name in (f"{version[1]}{version[2] or ''}", version[1]) if version else ():
        if name in names:
            return name
    raise LibraryInstallationError(f"no runtime {spark_version} for machine learning, only {', '.join(sorted(names))}")


@cache
def runtime_environment(name: str) -> Path:
    """Return the environment with the libraries of a runtime, made if it is absent."""
    made = subprocess.run([ROOT / "scripts" / "runtime_env", name], capture_output=True, text=True, check=False)
    if made.returncode:
        raise LibraryInstallationError(made.stderr.strip()[-2000:])
    return Path(made.stdout.strip())


def _installed(home: Path) -> Distributions:
    (packages,) = home.glob("lib/python*/site-packages")
    return {
        canonicalize_name(distribution.metadata["Name"]): distribution
        for distribution in metadata.distributions(path=[str(packages)])
    }


def _shipped(spark_version: str, runtime: Path) -> Distributions:
    listed = (RUNTIMES / f"{runtime_of(spark_version)}.txt").read_text().splitlines()
    names = [canonicalize_name(line.partition("==")[0]) for line in listed if not line.startswith("#")]
    installed = _installed(runtime)
    return {name: installed[name] for name in [*names, "pip", "setuptools"]}


def _additions(libraries: list[str], shipped: Distributions, runtime: Path) -> Distributions:
    """Return what pip would install for the libraries, with all that they require and the runtime lacks."""
    installed, found = _installed(runtime), Distributions()
    try:
        waiting = [(Requirement(library), "") for library in libraries]
    except InvalidRequirement as error:
        raise LibraryInstallationError(str(error)) from error
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (requirement.marker and not requirement.marker.evaluate({"extra": extra})) or name in found:
            continue
        present = shipped.get(name) or installed.get(name)
        if present is None or not requirement.specifier.contains(present.version, prereleases=True):
            which = "replaces the runtime's" if name in shipped else "is not at hand; the runtime environment has"
            raise LibraryInstallationError(f"{requirement} {which} {present.version if present else 'none'}")
        if name not in shipped:
            found[name] = present
            for wanted in ("", *requirement.extras):
                waiting += [(Requirement(text), wanted) for text in present.requires or []]
    return found


def _make(home: Path, runtime: Path, distributions: Distributions) -> None:
    try:
        subprocess.run([runtime / "bin" / "python", "-m", "venv", "--without-pip", home], check=True)
        (packages,) = home.glob("lib/python*/site-packages")
        for distribution in distributions.values():
            _link(distribution, packages)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def _link(distribution: metadata.Distribution, packages: Path) -> None:
    for file in distribution.files or []:
        if ".." in file.parts or file.suffix == ".pyc":
            continue
        source = Path(str(distribution.locate_file(file)))
        _link_file(source, packages / file)
        if file.suffix == ".py":
            bytecode = Path(cache_from_source(str(source)))
            if bytecode.exists():  # compiling everything anew takes a job longer than its work
                _link_file(bytecode, (packages / file).parent / "__pycache__" / bytecode.name)


def _link_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_symlink():
        target.symlink_to(source)
