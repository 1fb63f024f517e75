"""Splits: the rows of each split of the data, listed once and read once."""

from __future__ import annotations

from functools import cached_property

from mtadgat.config import DataConfig
from mtadgat.data.open_table import OpenTable
from mtadgat.data.reader import Subject, available_splits, open_source, read, subject_of
from mtadgat.data.source import Source
from mtadgat.data.storage.place import place
from mtadgat.data.storage.table_store import TableStore
from mtadgat.data.storage.table_suffix import is_table
from mtadgat.errors import DataError
from mtadgat.reading import Known
from mtadgat.series import Series


class Splits:
    """The splits of the data: files are listed once, and each split is read once, when it is first asked for.

    Args:
        data: which data.
        tables: reads tables that are not files; omitted: what can be read without Spark.
        known: what a model knows that is to read the rows; None: there is none.
        carry: columns to carry along where they are asked for, names or positions separated by commas.
    """

    def __init__(
        self,
        data: DataConfig,
        tables: TableStore | None = None,
        known: Known | None = None,
        carry: str | None = None,
    ) -> None:
        self.data = data
        self.known = known
        self.carry = carry
        self._tables = tables
        self._series: dict[str, Series] = {}

    def read(self, split: str, *, carrying: bool = False) -> Series:
        """Return one split.

        Args:
            split: train, eval or new.
            carrying: whether the columns to carry along are wanted, which other splits may lack.

        Raises:
            DataError: the data cannot be read, or lack a column to carry along.
        """
        carry = self.carry if carrying else None
        if split not in self._series or (carry and self._series[split].carried is None):
            self._series[split] = read(self.data, split, self._source, self.known, carry)
        return self._series[split]

    def knowing(self, known: Known) -> Splits:
        """Return the splits as a model reads them; what was read already stays as it was read.

        Args:
            known: what the model knows.
        """
        splits = Splits(self.data, self._tables, known, self.carry)
        splits._series = dict(self._series)
        splits._source = self._source.knowing(known) if isinstance(self._source, OpenTable) else self._source
        return splits

    def check_output(self, url: str, option: str) -> None:
        """Refuse an output that is a part of the data, or would be one the next time.

        Args:
            url: file or URL that is to be written.
            option: the option that gave it, for messages.

        Raises:
            DataError: it replaces a file that is read, or lies where its table would be read.
        """
        source, output = self._source, place(url)
        if source is None:
            return
        if source.holds(output):
            raise DataError(
                f"a --{option} that is no file of the data",
                f"{url}, from which {self.data.fpath} is read",
                f"Choose another --{option}.",
            )
        if isinstance(source, Source) and is_table(url) and source.would_read(output, self.data.layout):
            raise DataError(
                f"a --{option} outside of the data in {self.data.fpath}",
                f"{url}, which would be read as data the next time",
                f"Choose a file in another folder for --{option}.",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that can be read."""
        return available_splits(self.data, self._source)

    @property
    def subject(self) -> Subject:
        """Whose rows they are, without reading them, unless a column has to tell.

        Raises:
            DataError: there is no such entity, or there are several to choose from.
        """
        return subject_of(self.data, self._source)

    @cached_property
    def _source(self) -> Source | OpenTable | None:
        return open_source(self.data, self._tables, self.carry)


def known_from(series: Series) -> Known:
    """Return what a model that is trained on a series will know."""
    return Known(series.features, series.reading.options, series.clock.zone)
