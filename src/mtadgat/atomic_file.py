"""Atomic file: a file that appears whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """Yield a temporary path; what the block writes there replaces the target once the block has succeeded.

    The temporary path is in the folder of the target, which is made if it is missing, because a rename is atomic only
    within one file system. It keeps the suffix, and is different for each writer. After a failure the target is as it
    was, and the temporary file is removed.

    Args:
        target: the file to write.

    Raises:
        OSError: the folder cannot be made, or the target cannot be replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{secrets.token_hex(8)}{target.suffix}")
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
