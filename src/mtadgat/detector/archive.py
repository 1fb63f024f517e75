"""Archive: metadata and arrays of a detector as a folder of JSON and safetensors; no pickle is read or written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from mtadgat.atomic_file import atomic_file
from mtadgat.errors import DataError

FORMAT = 1
METADATA = "detector.json"
ARRAYS = "weights.safetensors"


def write(folder: Path, metadata: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """Write metadata and arrays into a folder; each file appears whole or not at all."""
    with atomic_file(folder / ARRAYS) as file:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, file)
    with atomic_file(folder / METADATA) as file:
        file.write_text(json.dumps({"format": FORMAT, **metadata}, indent=1))


def read(folder: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read what `write` wrote.

    Raises:
        DataError: the folder holds no detector, or one of another format.
    """
    expected = f"a folder with {METADATA} and {ARRAYS} of format {FORMAT}"
    remedy = "Give a folder that Detector.save wrote with this version of mtadgat."
    try:
        metadata = json.loads((folder / METADATA).read_text())
        arrays = load_file(folder / ARRAYS)
    except (OSError, ValueError, SafetensorError) as error:
        raise DataError(expected, f"{folder}: {error}", remedy) from error
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        got = metadata.get("format") if isinstance(metadata, dict) else type(metadata).__name__
        raise DataError(expected, f"format {got}", remedy)
    return metadata, arrays
