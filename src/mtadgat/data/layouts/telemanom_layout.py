"""Telemanom: ``train/``, ``test/`` with one file per channel, ``labeled_anomalies.csv`` with row ranges (SMAP, MSL).

Feature 0 is the telemetry value to model; the others are commands and only context. The ranges of the label file count
rows of the eval split (``test/``), last row included. A channel without a line has no labels, which is logged.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from mtadgat.config import FileConfig
from mtadgat.data.formats.tables import read_table
from mtadgat.data.layouts.layout import EntitySplits, SplitFiles
from mtadgat.data.layouts.omnianomaly_layout import OmniAnomaly
from mtadgat.data.storage.location import Location
from mtadgat.errors import DataError
from mtadgat.reading import Notes

if TYPE_CHECKING:
    from jaxtyping import Bool

LABEL_FILE = "labeled_anomalies.csv"


class Telemanom(OmniAnomaly):
    """One folder per split, one file per channel, all labels in one file."""

    description: ClassVar[str] = f"train/ and test/ with one file per channel, and {LABEL_FILE}"

    def entity_splits(self, names: Collection[str]) -> EntitySplits:
        """Return what the files hold; the file of labels must be there."""
        if LABEL_FILE not in names:
            return {}
        return {
            entity: {
                split: SplitFiles(files.rows, LABEL_FILE if split == "eval" else None)
                for split, files in splits.items()
            }
            for entity, splits in super().entity_splits(names).items()
        }

    def labels(
        self, location: Location, files: SplitFiles, entity: str, rows: int, *, file: FileConfig, notes: Notes
    ) -> Bool[np.ndarray, " time"] | None:
        """Return the labels of a channel; see `Layout.labels`."""
        if files.labels is None:
            return None
        table = read_table(location.read(files.labels), file, notes.about(files.labels))
        missing = {"chan_id", "anomaly_sequences"} - set(table.columns)
        if missing:
            raise DataError(
                f"columns chan_id and anomaly_sequences in {files.labels}",
                f"{list(table.columns)}",
                "Add the columns.",
            )
        lines = table[table["chan_id"].astype(str) == entity]
        if lines.empty:
            notes.doubtful(f"{files.labels} has no line for channel {entity}: its rows have no labels")
            return None
        return labels_of_ranges(lines["anomaly_sequences"], entity, rows)

    def targets(self, features: tuple[str, ...]) -> tuple[str, ...]:
        """Return the first feature."""
        return features[:1]


def labels_of_ranges(lines: pd.Series, entity: str, rows: int) -> Bool[np.ndarray, " time"]:
    """Return labels from strings such as ``[[2149, 2349], [4536, 4844]]``, last rows included.

    Args:
        lines: the strings of one channel, usually one.
        entity: the channel, for messages.
        rows: number of rows of its eval split.

    Raises:
        DataError: a string is not a list of ranges, or a range lies outside the rows.
    """
    labels = np.zeros(rows, dtype=bool)
    for text in lines:
        try:
            ranges = [(int(first), int(last)) for first, last in json.loads(str(text))]
        except (ValueError, TypeError) as error:
            raise DataError(
                f"row ranges such as [[2149, 2349]] for {entity} in {LABEL_FILE}", repr(text), "Correct the line."
            ) from error
        for first, last in ranges:
            if not 0 <= first <= last < rows:
                raise DataError(
                    f"ranges within the {rows} rows of {entity}",
                    f"[{first}, {last}]",
                    f"Check that {LABEL_FILE} belongs to these data.",
                )
            labels[first : last + 1] = True
    return labels


LAYOUT = Telemanom()
