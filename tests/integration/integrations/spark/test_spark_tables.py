"""Tables of a real Spark session: over Spark Connect where its client can be used, else of a classic one.

Laptops have the client, and the runtimes of the lanes do not, so that both kinds of session are tried in each gate.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtadgat.cli import main
from mtadgat.data.output import Output
from mtadgat.data.reader import read_series
from mtadgat.data.storage.table_store import TableName
from mtadgat.errors import DataError, ServiceError
from mtadgat.integrations.spark import tables as spark_tables
from mtadgat.integrations.spark.tables import SparkTables
from mtadgat.series import Series
from searching import fresh_store
from spark_connect import what_is_missing

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'mtadgat[spark]'")
# Spark 4.0 leaves the sockets open over which rows travel.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

ZONE = "America/New_York"
SCHEMA = "spark_catalog.default"
SMALL = (
    "--epochs=1",
    "--window=8",
    "--stride=4",
    "--gru-hidden=4",
    "--forecast-hidden=4",
    "--reconstruction-hidden=4",
)
PREDICTIONS = pd.DataFrame(
    {
        "timestamp": pd.date_range("2024-03-10 06:00", periods=3, freq="h"),
        "score": [0.5, 2.5, 1.0],
        "threshold": [2.0, 2.0, 2.0],
        "is_anomaly": [False, True, False],
        "top_feature_1": ["a", "b", "a"],
    }
)


@pytest.fixture(scope="module", params=["classic" if what_is_missing() else "connect"])
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session with tables of its own, whose wall clock is not UTC."""
    from pyspark.sql import SparkSession

    before, folder = dict(os.environ), tmp_path_factory.mktemp(request.param)
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", SPARK_CONF_DIR=str(folder))
    (folder / "spark-defaults.conf").write_text(
        f"spark.sql.warehouse.dir {folder}/warehouse\nspark.ui.enabled false\nspark.log.level OFF\n"
        "spark.sql.shuffle.partitions 1\nspark.ui.showConsoleProgress false\n"
        f"spark.driver.extraJavaOptions -Dderby.stream.error.file={folder}/derby.log\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        builder = SparkSession.builder
        running = (builder.remote if request.param == "connect" else builder.master)("local[2]").getOrCreate()
        running.conf.set("spark.sql.session.timeZone", ZONE)
        yield running
        running.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def table(session: Any, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Makes a table of a parquet file, and returns its name; they are gone when the test is over."""
    made = []

    def make(frame: pd.DataFrame, name: str = "pump", more: str = "") -> str:
        frame.to_parquet(tmp_path / f"{name}.parquet", index=False, coerce_timestamps="us")
        if name in made:
            session.sql(f"DROP TABLE {SCHEMA}.{name}")
        file = f"parquet.`{tmp_path}/{name}.parquet`"
        session.sql(f"CREATE TABLE {SCHEMA}.{name} USING parquet {more} AS SELECT * FROM {file}")
        made.append(name)
        return f"{SCHEMA}.{name}"

    yield make
    for name in set(made):
        session.sql(f"DROP TABLE IF EXISTS {SCHEMA}.{name}")


def pump(rows: int = 200) -> pd.DataFrame:
    """Healthy rows, then some that are labelled."""
    steps = np.arange(rows)
    values = {name: np.sin(steps / (3 + number)) for number, name in enumerate("abc")}
    anomaly = (steps > rows * 0.8) & (steps % 20 < 4)
    values["a"] = values["a"] + 5 * anomaly
    return pd.DataFrame(
        {"timestamp": pd.date_range("2024-03-01", periods=rows, freq="min"), **values, "label": anomaly}
    )


def assert_same(series: Series, other: Series) -> None:
    np.testing.assert_array_equal(series.values, other.values)
    assert (series.features, series.dataset, series.entity) == (other.features, other.dataset, other.entity)
    assert (series.timestamps is None) == (other.timestamps is None)
    if series.timestamps is not None and other.timestamps is not None:
        assert series.timestamps.dtype == other.timestamps.dtype
        np.testing.assert_array_equal(series.timestamps, other.timestamps)
    np.testing.assert_array_equal(series.labels, other.labels)


SPRING = pd.date_range("2024-03-10 05:00", periods=12, freq="30min")  # a night in which New York skips an hour
TIMES: dict[str, Any] = {
    "instant": SPRING.tz_localize("UTC"),
    "instant of another zone": SPRING.tz_localize("UTC").tz_convert("Asia/Tokyo"),
    "wall clock": SPRING,
    "text": SPRING.strftime("%Y-%m-%dT%H:%M:%S"),
    "text with zones": [f"2024-03-10T{hour:02}:00:00+02:00" for hour in range(12)],
    "date": [day.date() for day in pd.date_range("2024-03-05", periods=12)],
    "seconds": SPRING.astype("datetime64[s]").astype("int64"),
    "fractions of seconds": SPRING.astype("datetime64[ms]").astype("int64") / 1000 + 0.25,
    "counter": np.arange(7, 19),
}
FEATURES: dict[str, Any] = {
    "whole": np.arange(12, dtype=np.int32),
    "short": np.arange(12, dtype=np.int16),
    "gaps": pd.array([1, None, 3, *range(9)], dtype="Int64"),
    "single": np.linspace(0, 1, 12, dtype=np.float32),
    "infinite": [np.nan, np.inf, *range(10)],
    "switch": [True, False] * 6,
    "broken switch": pd.array([True, None] * 6, dtype="boolean"),
    "money": [Decimal(f"{number}.25") for number in range(12)],
    "digits": [str(number) for number in range(12)],
    "inlet.temp-1 `x`": np.arange(12.0),
}
LABELS: dict[str, Any] = {
    "words": ["normal", "attack"] * 6,
    "numbers": [0, 1] * 6,
    "booleans": [False, True] * 6,
}


@dataclass(frozen=True)
class Case:
    """A table with its rows in some order, and what is read of it."""

    time: str
    features: list[str]
    label: str | None
    order: list[int]
    options: dict[str, str]

    @property
    def frame(self) -> pd.DataFrame:
        frame = pd.DataFrame({"timestamp": TIMES[self.time], **{name: FEATURES[name] for name in self.features}})
        return (frame if self.label is None else frame.assign(label=LABELS[self.label])).iloc[self.order]


CASES = st.builds(
    Case,
    time=st.sampled_from(list(TIMES)),
    features=st.lists(st.sampled_from(list(FEATURES)), min_size=2, unique=True),
    label=st.sampled_from([None, *LABELS]),
    order=st.permutations(range(12)),
    options=st.sampled_from(
        [
            {"split": "train", "train_end": "7", "ignore_columns": "1"},
            {"split": "eval", "train_end": "-4"},
            {"split": "new", "eval_start": "3"},
        ]
    ),
)


@given(case=CASES)
@settings(max_examples=6, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_gives_the_series_that_its_parquet_file_gives(
    table: Callable[..., str], tmp_path: Path, case: Case
) -> None:
    name = table(case.frame)
    from_table = read_series(name, tables=SparkTables(), **case.options)
    assert_same(from_table, read_series(str(tmp_path / "pump.parquet"), **case.options))
    assert (from_table.name, from_table.source) == ("pump", name)


@pytest.mark.parametrize("time", TIMES)
def test_every_kind_of_time_is_that_of_the_parquet_file(table: Callable[..., str], tmp_path: Path, time: str) -> None:
    name = table(pd.DataFrame({"timestamp": TIMES[time], **FEATURES}))
    assert_same(read_series(name, tables=SparkTables()), read_series(str(tmp_path / "pump.parquet")))


@pytest.mark.parametrize("machines", [["pump 1", "pump 2"], [1, 2]])
def test_one_machine_of_a_table_is_read(table: Callable[..., str], machines: list[object]) -> None:
    rows = pump()
    name = table(pd.concat([rows.assign(machine=machines[0]), rows.assign(machine=machines[1], a=-rows["a"])]))
    series = read_series(name, tables=SparkTables(), entity_column="machine", entity=str(machines[1]))
    np.testing.assert_array_equal(series.values, rows.assign(a=-rows["a"])[["a", "b", "c"]].to_numpy())
    assert series.name == f"pump-{machines[1]}"
    with pytest.raises(DataError, match=f"got 2: {machines[0]}, {machines[1]}. Pick one with --entity."):
        read_series(name, tables=SparkTables(), entity_column="machine")


def test_partitions_and_views_are_read_like_tables(session: Any, table: Callable[..., str], tmp_path: Path) -> None:
    frame = pump().assign(shift=lambda rows: rows.index // 50 % 2)
    name = table(frame, more="PARTITIONED BY (shift)")
    expected = read_series(str(tmp_path / "pump.parquet"), train_end=150)
    assert_same(read_series(name, tables=SparkTables(), train_end=150), expected)
    session.sql(f"CREATE OR REPLACE VIEW {SCHEMA}.healthy AS SELECT * FROM {name} WHERE NOT label ORDER BY a")
    series = read_series(f"{SCHEMA}.healthy", tables=SparkTables())
    session.sql(f"DROP VIEW {SCHEMA}.healthy")
    assert len(series) == int((~frame["label"]).sum())


def test_columns_that_are_ignored_need_no_type_that_can_be_read(session: Any, table: Callable[..., str]) -> None:
    name = table(pump())
    session.sql(f"CREATE OR REPLACE VIEW {SCHEMA}.nested AS SELECT *, array(a) AS list, map('a', a) AS m FROM {name}")
    series = read_series(f"{SCHEMA}.nested", tables=SparkTables(), ignore_columns="list,m")
    with pytest.raises(DataError, match=r"got 'list' of type array<double>; 'm' of type map<string,double>\. Leave"):
        read_series(f"{SCHEMA}.nested", tables=SparkTables())
    session.sql(f"DROP VIEW {SCHEMA}.nested")
    assert series.features == ("a", "b", "c")


def test_a_view_that_lacks_its_table_says_so(session: Any, table: Callable[..., str]) -> None:
    session.sql(f"CREATE OR REPLACE VIEW {SCHEMA}.lost AS SELECT * FROM {table(pump())}")
    session.sql(f"DROP TABLE {SCHEMA}.pump")
    with pytest.raises(DataError, match=r"got \[TABLE_OR_VIEW_NOT_FOUND\][^\n]*`pump`[^\n]*the grants on it\.$"):
        read_series(f"{SCHEMA}.lost", tables=SparkTables())
    session.sql(f"DROP VIEW {SCHEMA}.lost")


def test_names_may_have_dots_spaces_and_hyphens(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: Callable[..., str]
) -> None:
    session.conf.set(
        "spark.sql.catalog.my-plant", "org.apache.spark.sql.execution.datasources.v2.jdbc.JDBCTableCatalog"
    )
    session.conf.set("spark.sql.catalog.my-plant.url", f"jdbc:derby:{tmp_path}/derby;create=true")
    session.conf.set("spark.sql.catalog.my-plant.driver", "org.apache.derby.jdbc.EmbeddedDriver")
    source = table(pump(20))
    session.sql(f"CREATE TABLE `my-plant`.APP.`pump-1.x` AS SELECT timestamp, a AS `inlet-a.b` FROM {source}")
    series = read_series("my-plant.APP.`pump-1.x`", tables=SparkTables())
    assert (series.name, series.features, len(series)) == ("pump-1.x", ("inlet-a.b",), 20)


def test_a_name_with_a_typo_is_an_error_that_proposes_one(table: Callable[..., str]) -> None:
    table(pump())
    with pytest.raises(DataError) as error:
        read_series(f"{SCHEMA}.pmup", tables=SparkTables())
    assert str(error.value) == (
        f"Expected a table or view {SCHEMA}.pmup in a catalog of this cluster, or a file of that name; "
        "got neither (did you mean 'pump'?). Check --fpath: its catalog, its schema and its table."
    )


@pytest.mark.parametrize("name", ["spark_catalog.nowhere.pump", "nowhere.default.pump", "`no where`.`de.fault`.pump"])
def test_a_catalog_or_schema_with_a_typo_is_an_error_of_one_line(session: Any, name: str) -> None:
    with pytest.raises(DataError, match=r"^Expected a table or view [^\n]*Check --fpath[^\n]*$"):
        read_series(name, tables=SparkTables())


class Refusing:
    """A session of a person who lacks a grant; the texts are those of Unity Catalog."""

    def __init__(self, text: str) -> None:
        self.text = text

    def table(self, name: str) -> Any:
        raise RuntimeError(self.text)


@pytest.mark.parametrize(
    "text",
    [
        "[INSUFFICIENT_PERMISSIONS] Insufficient privileges:\nUser does not have USE SCHEMA. SQLSTATE: 42501",
        "An error occurred while calling o42.table.\n: com.databricks.sql.managedcatalog.acl.UnauthorizedAccess"
        "Exception: PERMISSION_DENIED: User does not have SELECT on Table 'main.plant.pump'.\n\tat com.databricks.x",
    ],
)
def test_a_missing_grant_is_an_error_without_the_trace_of_java(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(spark_tables, "running_session", lambda: Refusing(text))
    with pytest.raises(DataError, match=r"^Expected a table or view main\.plant\.pump[^\n]*the grants on it\.$"):
        SparkTables().table(TableName("main", "plant", "pump"))


def test_a_job_of_spark_that_fails_is_no_mistake_of_the_user(session: Any, table: Callable[..., str]) -> None:
    name = table(pump())
    view = f"{SCHEMA}.failing"
    session.sql(f"CREATE OR REPLACE VIEW {view} AS SELECT *, cast(raise_error('burst') AS double) AS d FROM {name}")
    with pytest.raises(ServiceError, match=r"^Expected rows of spark_catalog\.default\.failing [^\n]*burst[^\n]*$"):
        read_series(view, tables=SparkTables())
    session.sql(f"DROP VIEW {view}")


def test_predictions_come_back_at_the_same_times(session: Any) -> None:
    name = f"{SCHEMA}.predictions"
    output = Output(name, SparkTables())
    for rows in (PREDICTIONS, PREDICTIONS.drop(columns="top_feature_1").iloc[1:]):
        output.check()
        output.write(rows)
        written = session.table(name)
        assert written.columns == list(rows.columns)
        assert dict(written.dtypes)["timestamp"] == "timestamp"
        back = written.orderBy("timestamp").toArrow().to_pandas()
        assert back["timestamp"].dt.tz_convert(None).tolist() == rows["timestamp"].tolist()
        assert back["is_anomaly"].tolist() == rows["is_anomaly"].tolist()
    session.sql(f"DROP TABLE {name}")


def test_a_table_of_something_else_is_not_replaced(session: Any, table: Callable[..., str]) -> None:
    name = table(pump())
    for attempt in (Output(name, SparkTables()).check, lambda: Output(name, SparkTables()).write(PREDICTIONS)):
        with pytest.raises(DataError, match=rf"got {name}, a table with the columns timestamp, a, .* Give another"):
            attempt()
    assert session.table(name).count() == len(pump())


def test_a_view_is_not_replaced(session: Any, table: Callable[..., str]) -> None:
    name = table(PREDICTIONS)
    session.sql(f"CREATE OR REPLACE VIEW {SCHEMA}.shown AS SELECT * FROM {name}")
    with pytest.raises(DataError, match=rf"got {SCHEMA}\.shown, a view\. Give another name, or drop it first\."):
        Output(f"{SCHEMA}.shown", SparkTables()).check()
    session.sql(f"DROP VIEW {SCHEMA}.shown")


@pytest.mark.parametrize("schema", ["spark_catalog.nowhere", "nowhere.default"])
def test_a_schema_that_does_not_exist_is_refused_before_any_work(session: Any, schema: str) -> None:
    with pytest.raises(DataError, match=rf"Expected a schema {schema} for the output; got none of that name\."):
        Output(f"{schema}.predictions", SparkTables()).check()


def test_a_folder_of_delta_is_left_to_the_library_where_spark_has_no_delta(session: Any, tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake", reason="deltalake is not installed: pip install -r envs/delta.txt")
    import pyarrow as pa

    deltalake.write_deltalake(str(tmp_path / "pump"), pa.Table.from_pandas(pump(), preserve_index=False))
    series = read_series(str(tmp_path / "pump"), tables=SparkTables())
    assert len(series) == len(pump())


def test_a_job_trains_on_a_table_and_writes_predictions_twice(
    session: Any, table: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, output = table(pump()), f"{SCHEMA}.flagged"
    data = [f"--fpath={name}", "--train-end=150", f"--output={output}"]
    for store in fresh_store(tmp_path, monkeypatch):
        ran = CliRunner().invoke(main, ["run", *data, *SMALL, "--report=none"], catch_exceptions=False)
        assert ran.exit_code == 0, ran.output
        first = session.table(output).orderBy("timestamp").toArrow().to_pandas()
        again = CliRunner().invoke(main, ["predict", *data, "--top-features=1"], catch_exceptions=False)
        assert again.exit_code == 0, again.output
        assert store.exists()
    second = session.table(output).orderBy("timestamp").toArrow().to_pandas()
    session.sql(f"DROP TABLE {output}")
    assert len(first) == len(second) == 50
    assert first["timestamp"].dt.tz_convert(None).tolist() == pump()["timestamp"].tolist()[150:]
    pd.testing.assert_series_equal(first["score"], second["score"])
    assert set(first.columns) - set(second.columns) == {
        *("top_feature_2", "top_share_2", "top_feature_3", "top_share_3")
    }


def test_mistakes_end_a_job_with_code_2(session: Any) -> None:
    ended = CliRunner().invoke(main, ["train", f"--fpath={SCHEMA}.nothing"])
    assert ended.exit_code == 2
    assert "Traceback" not in ended.output
    assert f"Expected a table or view {SCHEMA}.nothing" in ended.output
