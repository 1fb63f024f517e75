"""Package: this project's code as a zip that executors import from."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import mtadgat

CODE = Path(mtadgat.__file__).parent
SUFFIXES = frozenset({".py", ".yaml"})


def zip_package(folder: Path) -> Path:
    """Write the package into a folder; the name holds a digest of its content.

    Args:
        folder: where to.
    """
    files = sorted(file for file in CODE.rglob("*") if file.suffix in SUFFIXES)
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(CODE)).encode() + file.read_bytes())
    target = folder / f"mtadgat-{digest.hexdigest()[:12]}.zip"
    # Jobs on Databricks unpack files whose times are zero, which a strict archive refuses.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for file in files:
            archive.write(file, Path(CODE.name) / file.relative_to(CODE))
    return target
