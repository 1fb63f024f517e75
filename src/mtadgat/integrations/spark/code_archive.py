"""Code archive: this project's code as a zip file that executors import from."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import mtadgat

CODE = Path(mtadgat.__file__).parent
SUFFIXES = frozenset({".py", ".yaml"})


def zip_package(folder: Path) -> Path:
    """Write the package as a zip file whose name contains a digest of its content, and return the file.

    Args:
        folder: folder to write to.
    """
    files = sorted(file for file in CODE.rglob("*") if file.suffix in SUFFIXES)
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(CODE)).encode() + file.read_bytes())
    target = folder / f"mtadgat-{digest.hexdigest()[:12]}.zip"
    # Jobs on Databricks unpack files with the time 1970-01-01, which a strict archive refuses.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for file in files:
            archive.write(file, Path(CODE.name) / file.relative_to(CODE))
    return target
