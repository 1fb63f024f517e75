"""The libraries of a cluster: those of the runtime and those that the job names, and nothing else.

A library that the tests' own environment holds in the requested version is linked from there, file by file, with all
that it requires and the bytecode that lies beside it. Where one is absent or of another version, pip installs the
whole list. An environment is made once for each list of libraries: every job that names them shares it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

RUNTIME = ("pyspark", "pip")


class LibraryInstallationError(Exception):
    """A library that the job names cannot be had."""


def environment(folder: Path, libraries: list[str]) -> Path:
    """Return the interpreter of the virtual environment that has the runtime's and the named libraries.

    Args:
        folder: the folder of all environments; what is not there is made.
        libraries: requirements, as the job names them.

    Raises:
        LibraryInstallationError: a library cannot be had.
    """
    home = folder / hashlib.sha256("\n".join(libraries).encode()).hexdigest()[:12]
    if not home.exists():
        try:
            _make(home, libraries)
        except BaseException:
            shutil.rmtree(home)
            raise
    return home / "bin" / "python"


def _make(home: Path, libraries: list[str]) -> None:
    venv.create(home, with_pip=False)
    purelib = Path(sysconfig.get_path("purelib", "venv", {"base": str(home)}))
    linkable = _closure([Requirement(name) for name in RUNTIME], {})
    try:
        requested = [Requirement(library) for library in libraries]
    except InvalidRequirement as error:
        raise LibraryInstallationError(str(error)) from error
    try:
        linkable = _closure(requested, linkable)
        missing = []
    except LookupError:
        missing = libraries
    for found in linkable.values():
        _link(found, purelib)
    if missing:
        _install(home / "bin" / "python", missing)


def _closure(
    requirements: list[Requirement], known: dict[str, metadata.Distribution]
) -> dict[str, metadata.Distribution]:
    """Return the installed distributions that fulfil requirements, with all that these require.

    Raises:
        LookupError: one is absent, or of another version.
    """
    found, seen = dict(known), set()
    waiting = [(requirement, "") for requirement in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        try:
            distribution = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError as error:
            raise LookupError(name) from error
        if not requirement.specifier.contains(distribution.version, prereleases=True):
            raise LookupError(name)
        found[name] = distribution
        for wanted in ("", *sorted(requirement.extras)):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting += [(Requirement(text), wanted) for text in distribution.requires or []]
    return found


def _link(distribution: metadata.Distribution, purelib: Path) -> None:
    for file in distribution.files or []:
        if ".." in file.parts or file.suffix == ".pyc":
            continue
        source = Path(str(distribution.locate_file(file)))
        _link_file(source, purelib / file)
        if file.suffix == ".py":
            bytecode = Path(cache_from_source(str(source)))
            if bytecode.exists():  # compiling everything anew takes a job longer than its work
                _link_file(bytecode, (purelib / file).parent / "__pycache__" / bytecode.name)


def _link_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_symlink():
        target.symlink_to(source)


def _install(python: Path, libraries: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *libraries],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise LibraryInstallationError(ended.stderr.strip()[-2000:])
