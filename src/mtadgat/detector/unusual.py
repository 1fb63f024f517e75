"""Unusual: what people should know of rows before they trust their scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mtadgat.detector.masked_rows import MaskedRows
from mtadgat.detector.usual import Usual
from mtadgat.errors import DataError
from mtadgat.gaps import Pace, moment_text, step_text
from mtadgat.reading import Note
from mtadgat.series import Series

if TYPE_CHECKING:
    from jaxtyping import Float, Int

MAX_NAMED = 8
"""Features that a note names before it only counts."""
FEW_STEPS = 10
"""Steps that tell too little of how far apart rows are."""
MUCH_FASTER = 2.0
"""Factor between the steps of two series from which on they are not sampled alike."""


def refuse_only_gaps(series: Series, pace: Pace, max_gap: int) -> None:
    """Refuse rows that come so seldom that the window would start anew in each.

    Args:
        series: the rows.
        pace: that of the training rows.
        max_gap: steps without a row that are no gap yet.

    Raises:
        DataError: the usual step is longer than a gap.
    """
    own = _own_pace(series)
    if pace.kind and own.kind == pace.kind and own.step > (max_gap + 1) * pace.long_step:
        raise DataError(
            f"rows of {series.name} about as far apart as in training: {step_text(pace, pace.step)}",
            f"steps of {step_text(own, own.step)}, so that the window would start anew in most rows",
            "Give rows at the step of the training rows, or let windows run across every gap: --max-gap none.",
        )


def unusual_notes(
    series: Series,
    rows: MaskedRows,
    before: Float[np.ndarray, " features"],
    restarts: Int[np.ndarray, " gaps"],
    usual: Usual,
) -> list[Note]:
    """Return what is unusual about rows that are scored.

    Args:
        series: the rows, in the order of features in training.
        rows: the same scaled.
        before: (features,) the row before the first, scaled.
        restarts: the rows that come after a gap.
        usual: what training rows are like.
    """
    return [
        *_pace_notes(series, usual.pace),
        *_gap_notes(series, restarts),
        *_missing_notes(series.features, rows),
        *_moved_notes(series, rows, before, usual),
    ]


def _own_pace(series: Series) -> Pace:
    return Pace.of(series.timestamps) if len(series) > FEW_STEPS else Pace()


def _pace_notes(series: Series, pace: Pace) -> Iterator[Note]:
    own = _own_pace(series)
    if not own.kind:
        return
    if pace.kind != own.kind:
        yield Note("the model was trained on rows without such times: gaps are not looked for")
    elif not pace.step / MUCH_FASTER <= own.step <= pace.step * MUCH_FASTER:
        yield Note(
            f"rows are {step_text(own, own.step)} apart, those of training were {step_text(pace, pace.step)}: the "
            "model has not learned such rows",
            doubtful=True,
        )


def _gap_notes(series: Series, restarts: Int[np.ndarray, " gaps"]) -> Iterator[Note]:
    if len(restarts):
        times = f"{len(restarts)} gap{'s' if len(restarts) > 1 else ''}"
        yield Note(f"the window starts anew after {times}, first at {moment_text(series, int(restarts[0]))}")


def _missing_notes(features: Sequence[str], rows: MaskedRows) -> Iterator[Note]:
    if rows.missing is None:
        return
    rows_in_all = len(rows.values)
    counts = [(name, int(count)) for name, count in zip(features, rows.missing.sum(axis=0), strict=True)]
    dead = [name for name, count in counts if count == rows_in_all]
    partly = [f"{count} in {name}" for name, count in counts if 0 < count < rows_in_all]
    if dead:
        yield Note(
            f"no value of {_named(dead)}: it is held, does not count, and column quality says so", doubtful=True
        )
    if partly:
        yield Note(f"missing values are scored at the last value before them: {_named(partly)}")


def _moved_notes(
    series: Series, rows: MaskedRows, before: Float[np.ndarray, " features"], usual: Usual
) -> Iterator[Note]:
    for column in np.flatnonzero(usual.constant & (before == usual.row)):
        moved = np.flatnonzero(rows.values[:, column] != usual.row[column])
        if len(moved):
            moment = moment_text(series, int(moved[0]))
            yield Note(f"{series.features[column]}, constant in training, first moved at {moment}", doubtful=True)


def _named(texts: Sequence[str]) -> str:
    return ", ".join(texts[:MAX_NAMED]) + (f" and {len(texts) - MAX_NAMED} more" if len(texts) > MAX_NAMED else "")
