"""Code archive: this project's code as a zip archive that executors import from."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import NamedTuple

import mtadgat

CODE = Path(mtadgat.__file__).parent
SUFFIXES = frozenset({".py", ".yaml"})


class CodeArchive(NamedTuple):
    """A zip archive of the package.

    Args:
        name: name of its file, with a digest of the code.
        content: the archive.
    """

    name: str
    content: bytes


def zipped_package() -> CodeArchive:
    """Return the package as a zip archive."""
    files = sorted(file for file in CODE.rglob("*") if file.suffix in SUFFIXES)
    digest, archive = hashlib.sha256(), io.BytesIO()
    # Jobs on Databricks unpack files with the time 1970-01-01, which a strict archive refuses.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as target:
        for file in files:
            digest.update(str(file.relative_to(CODE)).encode() + file.read_bytes())
            target.write(file, Path(CODE.name) / file.relative_to(CODE))
    return CodeArchive(f"mtadgat-{digest.hexdigest()[:12]}.zip", archive.getvalue())
