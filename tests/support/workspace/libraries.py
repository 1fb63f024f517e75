"""The libraries of a cluster: those of the runtime and those that the job names, and nothing else.

A library that the tests' own environment holds in the wanted version is linked from there, file by file, with all
that it requires. Where one is absent or of another version, pip installs the whole list.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

RUNTIME = ("pyspark", "pip")


class LibraryInstallationError(Exception):
    """A library that the job names cannot be had."""


def environment(folder: Path, libraries: list[str]) -> Path:
    """Make a virtual environment with the runtime's and the named libraries, and return its interpreter."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    purelib = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    linkable = _closure([Requirement(name) for name in RUNTIME], {})
    try:
        wanted = [Requirement(library) for library in libraries]
    except InvalidRequirement as error:
        raise LibraryInstallationError(str(error)) from error
    try:
        linkable = _closure(wanted, linkable)
        missing = []
    except LookupError:
        missing = libraries
    for found in linkable.values():
        _link(found, purelib)
    if missing:
        _install(python, missing)
    return python


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
        target = purelib / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_symlink():
            target.symlink_to(Path(str(distribution.locate_file(file))))


def _install(python: Path, libraries: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *libraries],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise LibraryInstallationError(ended.stderr.strip()[-2000:])
