"""Predictions go to files on every machine, and to tables where a store has them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mtadgat.data.output import Output
from mtadgat.errors import DataError

TABLE = pd.DataFrame({"row": [0, 1], "score": [0.5, 2.5], "threshold": [2.0, 2.0], "is_anomaly": [False, True]})


def test_a_file_is_written(tmp_path: Path) -> None:
    output = Output(str(tmp_path / "p.parquet"))
    output.check()
    output.write(TABLE)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "p.parquet"), TABLE)
    assert output.file_name == "p.parquet"


def test_a_table_without_spark_is_refused_before_any_work() -> None:
    output = Output("main.plant.predictions")
    with pytest.raises(DataError) as error:
        output.check()
    assert str(error.value) == (
        "Expected an output name that ends in .csv or .parquet where no Spark session runs; "
        "got the table main.plant.predictions. Rename --output, or run on a cluster, such as with -b databricks."
    )
    with pytest.raises(DataError, match="Rename --output"):
        output.write(TABLE)
    assert output.file_name == "predictions.csv"


def test_a_name_that_is_neither_says_how_tables_are_named() -> None:
    with pytest.raises(DataError, match=r"Rename --output\. On a cluster it may be a table: catalog\.schema\.table\."):
        Output("plant.predictions").check()
