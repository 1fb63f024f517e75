"""Table: bytes become a data frame, whatever the format.

The content tells the format, not the name: compression, parquet, arrow and npy by their first bytes; all else is
delimited text.

- Columns without names are called ``feature_0``, ``feature_1`` ... by position, in every format; so are columns whose
  names are just their numbers from 0, as pandas writes them.
- Columns of text that hold numbers as people write them become numbers (`mtadgat.data.formats.numbers`).
- Columns that count the rows (the index that pandas writes) are left out, and so is an unnamed empty last column (a
  delimiter at the end of each line), each with a note.
- An empty file, a table without rows, a web page, a workbook, a pickle and any other binary file are errors.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.config.data import PATH_OPTION
from mtadgat.data.formats.compression import uncompressed
from mtadgat.data.formats.delimited import read_delimited
from mtadgat.data.formats.index_columns import without_index
from mtadgat.data.formats.joined import joined
from mtadgat.data.formats.numbers import NumberColumns, columns_as_written
from mtadgat.errors import DataError
from mtadgat.reading import Notes

PARQUET, ARROW, NPY = b"PAR1", b"ARROW1", b"\x93NUMPY"
FORMATS = "csv or txt, parquet, arrow, or npy"
OTHERS = {
    b"\xd0\xcf\x11\xe0": "a workbook of Excel",
    b"\x89HDF": "HDF5",
    b"Obj\x01": "Avro",
    b"SQLite format 3": "a database of SQLite",
    b"MATLAB": "a file of MATLAB",
    b"ORC": "ORC",
}
"""What begins like this, and is not read."""


def feature_name(position: int) -> str:
    """Return the name of a column that has none."""
    return f"feature_{position}"


def read_table(
    pieces: Iterable[bytes], file: FileConfig, notes: Notes, piece_names: Sequence[str] = ()
) -> pd.DataFrame:
    """Read a table of any format.

    Args:
        pieces: content of the file, or of each of its pieces in order.
        file: how it is written.
        notes: take what is decided; they name the file.
        piece_names: names of the pieces, for messages; numbers if omitted.

    Raises:
        DataError: the content is not a table, or it has no rows.
    """
    name = notes.name
    numbers = NumberColumns(file, notes)
    frames: dict[str, pd.DataFrame] = {}
    for place, piece in enumerate(pieces):
        frames[piece_names[place] if piece_names else str(place)] = _read_piece(piece, file, notes, numbers)
    frame = joined(frames, file, notes)
    if frame.empty:
        got = "an empty table" if frame.shape[1] else "an empty file"
        raise DataError(f"rows in {name}", got, f"Check {PATH_OPTION}, and how the file was written.")
    numbers.note()
    frame = without_index(frame, notes)
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


def _read_piece(content: bytes, file: FileConfig, notes: Notes, numbers: NumberColumns) -> pd.DataFrame:
    name = notes.name
    content = uncompressed(content, name)
    if not content or content.isspace():
        return pd.DataFrame()
    frame, decimal, delimiter = None, None, ""
    if content.startswith(PARQUET):
        frame = _read_arrow(content, "parquet", name)
    elif content.startswith(ARROW):
        frame = _read_arrow(content, "arrow", name)
    elif content.startswith(NPY):
        frame = _read_npy(content, name)
    else:
        _refuse_others(content, name)
        frame, head = read_delimited(content, file, notes)
        decimal, delimiter = head.decimal, head.delimiter
    return numbers.convert(frame, columns_as_written(list(frame.columns), file), decimal, delimiter)


def _refuse_others(content: bytes, name: str) -> None:
    other = next((kind for first_bytes, kind in OTHERS.items() if content.startswith(first_bytes)), None)
    if content[257:262] == b"ustar":
        other = "a tar archive"
    if other is not None:
        remedy = "Unpack it." if "archive" in other else "Write the table as csv or parquet."
        raise DataError(f"a table of {FORMATS} in {name}", other, remedy)
    for suffix in (".parquet", ".npy", ".feather", ".arrow"):
        if name.endswith(suffix):
            raise DataError(f"a {suffix[1:]} file in {name}", "other content", "Check how the file was written.")


def _read_arrow(content: bytes, kind: str, name: str) -> pd.DataFrame:
    read = pd.read_parquet if kind == "parquet" else pd.read_feather
    try:
        frame = read(io.BytesIO(content))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{'an' if kind == 'arrow' else 'a'} {kind} file in {name}", str(error), "Write the file again."
        ) from error
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
