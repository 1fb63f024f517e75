"""Encoding: the bytes of a text become UTF-8.

UTF-8 is recognised with or without a byte order mark, UTF-16 by its mark or by the zero bytes of its first letters;
anything else is read as Windows-1252, of which Latin-1 is a part, and said.
"""

from __future__ import annotations

import codecs

from mtadgat.errors import DataError
from mtadgat.reading import Notes

WESTERN = "cp1252"
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order mark -> encoding; the longer of two that begin alike comes first."""


def as_utf8(content: bytes, encoding: str | None, notes: Notes) -> bytes:
    """Return a text in UTF-8, without a byte order mark.

    Args:
        content: the bytes of the file.
        encoding: how they are encoded, detected if None.
        notes: take what is decided; they name the file.

    Raises:
        DataError: the bytes are not of the given encoding.
    """
    if encoding is not None:
        return _decoded(content, encoding, notes.name).removeprefix("\ufeff").encode()
    marked = next((encoding for mark, encoding in MARKS.items() if content.startswith(mark)), None) or _wide(content)
    if marked == "utf-8-sig":
        content = content.removeprefix(codecs.BOM_UTF8)
    elif marked is not None:
        return _decoded(content, marked, notes.name).encode()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = content.decode(WESTERN)
        except UnicodeDecodeError:
            text = content.decode("latin-1")
        notes.decided(f"the text is not UTF-8 and is read as {WESTERN}; --encoding reads it otherwise")
        return text.encode()
    return content


def _wide(content: bytes) -> str | None:
    head = content[:64]
    if len(head) >= 4 and b"\0" in head:
        if not any(head[0::2]):
            return "utf-16-be" if all(head[1::2]) else None
        if not any(head[1::2]):
            return "utf-16-le" if all(head[0::2]) else None
    return None


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(
            f"text in the encoding {encoding} in {name}", str(error), "Correct --encoding, or leave it out."
        ) from error
