"""Compression: gzip, zip, bz2, zst and xz, recognised by their first bytes, whatever the name.

A zip archive holds one file; folders and what macOS adds do not count. A workbook is an archive too, and told apart.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pyarrow as pa

from mtadgat.errors import DataError

ZIP = b"PK\x03\x04"
ADDED_BY_SYSTEMS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def uncompressed(content: bytes, name: str) -> bytes:
    """Return the content of a file without its compression, or the same if it has none.

    Args:
        content: the bytes of the file.
        name: its name, for messages.

    Raises:
        DataError: the file is damaged, or an archive of several files or of none.
    """
    if content.startswith(ZIP):
        return _only_member(content, name)
    for first_bytes, (kind, decompress) in FORMATS.items():
        if content.startswith(first_bytes):
            try:
                return decompress(content)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, pa.ArrowException) as error:
                raise DataError(f"a complete {kind} file in {name}", str(error), "Copy the file again.") from error
    return content


def _from_zstandard(content: bytes) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
        text: bytes = stream.read()
    return text


FORMATS: Mapping[bytes, tuple[str, Callable[[bytes], bytes]]] = {
    b"\x1f\x8b": ("gzip", gzip.decompress),
    b"BZh": ("bz2", bz2.decompress),
    b"\x28\xb5\x2f\xfd": ("zst", _from_zstandard),
    b"\xfd7zXZ\x00": ("xz", lzma.decompress),
}


def _only_member(content: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.namelist() if _is_file(member)]
            if "[Content_Types].xml" in members:
                raise DataError(
                    f"a table of text, parquet, arrow or npy in {name}",
                    "a workbook of Excel",
                    "Save the sheet as csv.",
                )
            if len(members) != 1:
                shown = ", ".join(members[:5]) + (f" and {len(members) - 5} more" if len(members) > 5 else "")
                raise DataError(
                    f"one file in the archive {name}",
                    f"{len(members)}{': ' if members else ''}{shown}",
                    "Unpack it, and give one of its files, or the folder.",
                )
            return archive.read(members[0])
    except zipfile.BadZipFile as error:
        raise DataError(f"a complete zip file in {name}", str(error), "Copy the file again.") from error
    except (RuntimeError, NotImplementedError, zlib.error) as error:
        raise DataError(f"a zip file that needs no password in {name}", str(error), "Unpack it.") from error


def _is_file(member: str) -> bool:
    return not member.endswith("/") and not any(added in member for added in ADDED_BY_SYSTEMS)
