"""Table: bytes become a data frame, whatever the format.

The content tells the format, not the name: parquet, npy and gzip by their first bytes; all else is delimited text.

- Columns without names are called ``feature_0``, ``feature_1`` ... by position, in every format; so are columns whose
  names are just their numbers, as pandas writes them.
- An unnamed first column of increasing integers (the index that pandas writes) is left out, and so is an unnamed
  empty last column (a delimiter at the end of each line), each with a logged note.
- An empty file, a table without rows, a web page, a pickle and any other binary file are errors.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.config.data import PATH_OPTION
from mtadgat.data.formats.delimited import read_delimited
from mtadgat.errors import DataError
from mtadgat.reading import Notes

GZIP, PARQUET, NPY = b"\x1f\x8b", b"PAR1", b"\x93NUMPY"
FORMATS = "csv or txt, parquet, or npy"


def feature_name(position: int) -> str:
    """Return the name of a column that has none."""
    return f"feature_{position}"


def read_table(pieces: Sequence[bytes], file: FileConfig, notes: Notes) -> pd.DataFrame:
    """Read a table of any format.

    Args:
        pieces: content of the file, or of each of its pieces in order.
        file: how it is written.
        notes: take what is decided; they name the file.

    Raises:
        DataError: the content is not a table, or it has no rows.
    """
    name = notes.name
    frames = [_read_piece(piece, file, notes) for piece in pieces]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    if frame.empty:
        raise DataError(f"rows in {name}", "an empty table", f"Check {PATH_OPTION}, and how the file was written.")
    frame = _without_unnamed(frame, notes)
    return frame.set_axis(column_names(list(frame.columns), name), axis=1)


def column_names(written: Sequence[object], name: str) -> list[str]:
    """Return the names that columns have here.

    Args:
        written: their names as the table has them.
        name: name of the table, for messages.

    Raises:
        DataError: two have the same name.
    """
    bare = [str(column).strip() for column in written]
    numbered = bare == [str(position) for position in range(len(bare))]
    columns = [feature_name(position) if numbered or not column else column for position, column in enumerate(bare)]
    repeated = sorted(column for column, count in Counter(columns).items() if count > 1)
    if repeated:
        raise DataError(f"distinct column names in {name}", f"{repeated} more than once", "Rename the columns.")
    return columns


def _read_piece(content: bytes, file: FileConfig, notes: Notes) -> pd.DataFrame:
    name = notes.name
    if content.startswith(GZIP):
        content = _unzipped(content, name)
    if not content.strip():
        raise DataError(f"rows in {name}", "an empty file", f"Check {PATH_OPTION}, and how the file was written.")
    if content.startswith(PARQUET):
        return _read_parquet(content, name)
    if content.startswith(NPY):
        return _read_npy(content, name)
    for suffix in (".parquet", ".npy"):
        if name.endswith(suffix):
            raise DataError(f"a {suffix[1:]} file in {name}", "other content", "Check how the file was written.")
    return read_delimited(content, file, notes)


def _unzipped(content: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"a complete gzip file in {name}", str(error), "Copy the file again.") from error


def _read_parquet(content: bytes, name: str) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(io.BytesIO(content))
    except (OSError, ValueError) as error:
        raise DataError(f"a parquet file in {name}", str(error), "Write the file again.") from error
    if isinstance(frame.index, pd.RangeIndex):
        return frame
    timed = isinstance(frame.index, pd.DatetimeIndex) and frame.index.name is None
    if timed:
        frame.index.name = "timestamp"
    return frame.reset_index(drop=frame.index.name is None and frame.index.nlevels == 1)


def _read_npy(content: bytes, name: str) -> pd.DataFrame:
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        remedy = "Save a plain array of numbers with numpy.save."
        raise DataError(f"an array of numbers in {name}", str(error), remedy) from error
    if array.dtype.names:
        return pd.DataFrame(array)
    if array.ndim not in (1, 2):
        raise DataError(
            f"an array of two axes, time and features, in {name}", f"shape {array.shape}", "Save one array per entity."
        )
    array = array.reshape(len(array), -1) if array.size else array.reshape(0, 1)
    return pd.DataFrame(array, columns=[feature_name(position) for position in range(array.shape[1])])


def _without_unnamed(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    last = frame.columns[-1]
    if last in ("", feature_name(frame.shape[1] - 1)) and frame.shape[1] > 1 and frame.iloc[:, -1].isna().all():
        notes.decided("the last column has neither name nor values and is left out")
        frame = frame.iloc[:, :-1]
    first = frame.iloc[:, 0]
    whole = frame.columns[0] in ("", "Unnamed: 0") and frame.shape[1] > 1 and pd.api.types.is_integer_dtype(first)
    if whole and (np.diff(first.to_numpy()) > 0).all():
        notes.decided("the first column has no name, counts the rows and is left out")
        frame = frame.iloc[:, 1:]
    return frame
