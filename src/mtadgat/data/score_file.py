"""Score file: the scores of any detector, one for each row of a part.

The file has one column, or one that is named ``score``, ``scores`` or ``total``, as the prediction table has. It is of
any format that tables have, and lies anywhere that tables lie. Higher means more anomalous.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from jaxtyping import Float

from mtadgat.data.formats.tables import read_table
from mtadgat.data.source import find_source
from mtadgat.data.times import is_time_name, plain
from mtadgat.errors import DataError

SCORE_NAMES = frozenset({"score", "scores", "total"})


def read_scores(fpath: str, rows: int) -> Float[np.ndarray, " time"]:
    """Read the scores of a detector.

    Args:
        fpath: file or URL.
        rows: how many rows were scored.

    Returns:
        (time,) float64, in the order of the file.

    Raises:
        DataError: no column is surely the scores, there are more or fewer of them, or some are no finite numbers.
        MissingExtraError: the package for this kind of URL is not installed.
    """
    source = find_source(fpath, "table")
    part = source.entity(None).splits["eval"]
    frame = read_table(source.location.read(part.rows), part.rows)
    columns = [column for column in frame.columns if plain(column) in SCORE_NAMES]
    columns = columns or [column for column in frame.columns if not is_time_name(column)]
    if len(columns) != 1:
        raise DataError(
            f"one column of scores in {part.rows}", f"{len(columns)}: {columns[:5]}", "Name the column `score`."
        )
    if len(frame) != rows:
        raise DataError(
            f"{rows} scores in {part.rows}, one for each row", f"{len(frame)}", "Score the same rows: check the part."
        )
    return _finite(frame[columns[0]], part.rows)


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
