"""What a user loses when these fail: a compressed file, or the reason why an archive cannot be read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Mapping

import pyarrow as pa
import pytest

from mtadgat.data.formats.compression import uncompressed
from mtadgat.errors import DataError

TEXT = b"a,b\n" + b"1.5,2.5\n" * 1000


def zst(content: bytes) -> bytes:
    sink = io.BytesIO()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
        stream.flush()
        compressed = sink.getvalue()
    return sink.getvalue() if not sink.closed else compressed


def archive(members: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, member in members.items():
            file.writestr(name, member)
    return content.getvalue()


COMPRESSED = {
    "none": TEXT,
    "gzip": gzip.compress(TEXT, mtime=0),
    "two members of gzip": gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0),
    "bz2": bz2.compress(TEXT),
    "two streams of bz2": bz2.compress(TEXT[:100]) + bz2.compress(TEXT[100:]),
    "zst": pa.Codec("zstd").compress(TEXT, asbytes=True),
    "two frames of zst": b"".join(pa.Codec("zstd").compress(part, asbytes=True) for part in (TEXT[:100], TEXT[100:])),
    "xz": lzma.compress(TEXT),
    "zip": archive({"data.csv": TEXT}),
    "zip with what macOS adds": archive(
        {"x/": b"", "x/data.csv": TEXT, "__MACOSX/x/._data.csv": b"x", "x/.DS_Store": b"x"}
    ),
}


@pytest.mark.parametrize("content", COMPRESSED.values(), ids=COMPRESSED)
def test_content_tells_the_compression(content: bytes) -> None:
    assert uncompressed(content, "pump.csv") == TEXT


@pytest.mark.parametrize("kind", ["gzip", "bz2", "zst", "xz", "zip"])
def test_damaged_file_is_an_error(kind: str) -> None:
    with pytest.raises(DataError, match=f"^Expected a complete {kind} file in pump.csv; got .*Copy the file again"):
        uncompressed(COMPRESSED[kind][:-20], "pump.csv")


def test_archive_of_several_files_is_an_error_that_names_them() -> None:
    with pytest.raises(DataError) as error:
        uncompressed(archive({"train.csv": TEXT, "test.csv": TEXT}), "pump.zip")
    assert str(error.value) == (
        "Expected one file in the archive pump.zip; got 2: train.csv, test.csv. "
        "Unpack it, and give one of its files, or the folder."
    )


def test_workbook_is_an_error_that_says_what_to_do() -> None:
    book = archive({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    with pytest.raises(DataError, match=r"got a workbook of Excel\. Save the sheet as csv\."):
        uncompressed(book, "pump.xlsx")
