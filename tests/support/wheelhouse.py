"""Wheelhouse: the libraries of this environment as wheels again, to make another one without a package index."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from collections.abc import Collection
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name


def write_wheels(names: Collection[str], folder: Path) -> None:
    """Write a wheel for each of the distributions that are installed, by their canonical names."""
    for distribution in metadata.distributions():
        if canonicalize_name(distribution.metadata["Name"]) in names:
            _write_wheel(distribution, folder)


def _write_wheel(distribution: metadata.Distribution, folder: Path) -> None:
    tags = [tag.split("-") for tag in re.findall(r"^Tag: (.+)$", distribution.read_text("WHEEL") or "", re.MULTILINE)]
    tag = "-".join(".".join(dict.fromkeys(part)) for part in zip(*tags, strict=True))
    name = re.sub(r"[-_.]+", "_", distribution.metadata["Name"])
    record = []
    with zipfile.ZipFile(folder / f"{name}-{distribution.version}-{tag}.whl", "w") as wheel:
        for file in distribution.files or []:
            if (
                ".." in file.parts
                or file.suffix == ".pyc"
                or file.name in ("INSTALLER", "REQUESTED", "direct_url.json")
            ):
                continue
            if len(file.parts) == 2 and file.name == "RECORD":
                record.append(f"{file},,\n")
                continue
            content = Path(str(distribution.locate_file(file))).read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{file},sha256={digest},{len(content)}\n")
            wheel.writestr(str(file), content)
        (own,) = (line.partition(",")[0] for line in record if line.endswith("RECORD,,\n"))
        wheel.writestr(own, "".join(record))
