"""Score file: the scores of any detector, one for each row of a split.

The file has one column, or one that is named ``score``, ``scores`` or ``total``, as the prediction table has. It may
have any format of a table and be stored wherever a table may be. Higher means more anomalous.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.formats.tables import read_table
from mtadgat.data.source import find_source
from mtadgat.data.times import is_time_name, plain
from mtadgat.errors import DataError
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Float

SCORE_NAMES = frozenset({"score", "scores", "total"})


def read_scores(url: str, rows: int) -> Float[np.ndarray, " time"]:
    """Read the scores of a detector.

    Args:
        url: file or URL.
        rows: number of rows that were scored.

    Returns:
        (time,) float64, in the order of the file.

    Raises:
        DataError: it is unclear which column holds the scores, their number differs, or some are not finite.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    source = find_source(url, "table")
    file = source.entity_files(None).splits["eval"].rows
    frame = read_table(source.location.read(file), FileConfig(), Notes(file))
    columns = [column for column in frame.columns if plain(column) in SCORE_NAMES]
    columns = columns or [column for column in frame.columns if not is_time_name(column)]
    if len(columns) != 1:
        raise DataError(
            f"one column of scores in {file}", f"{len(columns)}: {columns[:5]}", "Name the column `score`."
        )
    if len(frame) != rows:
        raise DataError(
            f"{rows} scores in {file}, one for each row", f"{len(frame)}", "Score the same rows: check the split."
        )
    return _finite(frame[columns[0]], file)


def _finite(column: pd.Series, name: str) -> Float[np.ndarray, " time"]:
    scores = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isfinite(scores)
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"finite scores in {name}",
            f"{int(wrong.sum())} that are not, first {column.iloc[row]!r} in row {row}",
            "Give each row a score.",
        )
    return scores
