"""A logged model answers rows with the prediction table, and says what is wrong with rows that do not fit."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.pyfunc import PyFuncModel
from mlflow.pyfunc.scoring_server import invocations
from mlflow.types.schema import ParamSpec

from checkout import ROOT
from mtadgat.clock import Clock
from mtadgat.config import TrackingConfig
from mtadgat.data.demo import FEATURES as DEMO_FEATURES
from mtadgat.data.demo import simulate
from mtadgat.detector.detector import Detector
from mtadgat.errors import DataError
from mtadgat.integrations.mlflow.models.serving import requested_series
from mtadgat.integrations.mlflow.models.signature import signature
from mtadgat.integrations.mlflow.runs.mlflow_tracking import MlflowTracking
from mtadgat.reading import Known
from mtadgat.series import Series
from mtadgat.tracking.protocols import RunLabel
from stores import use_new_store

SCRIPT = ROOT / "scripts" / "query_server.sh"
NAMES = ("load", "heat", "speed")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, detector: Detector, series: Series) -> PyFuncModel:
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        use_new_store(folder, patch)
        with MlflowTracking().run(RunLabel("train", "plant"), TrackingConfig()) as tracker:
            uri = tracker.log_detector(detector, series.rows(-5), TrackingConfig()).uri
        return mlflow.pyfunc.load_model(uri)


@pytest.fixture
def rows(series: Series) -> pd.DataFrame:
    return pd.DataFrame(series.values[:20], columns=list(series.features))


def post(served: PyFuncModel, content: Any, kind: str = "application/json") -> list[dict[str, Any]]:
    """Ask as the scoring server asks."""
    body = content if isinstance(content, str) else json.dumps(content)
    answer = invocations(body, kind, served, served.metadata.get_input_schema())
    assert answer.status == 200
    return list(json.loads(answer.response)["predictions"])


def test_the_answer_is_the_prediction_table(served: PyFuncModel, detector: Detector, rows: pd.DataFrame) -> None:
    answer = served.predict(rows)
    expected = detector.detect(Series(rows.to_numpy(), NAMES))
    pd.testing.assert_frame_equal(answer, expected)
    assert list(answer.columns[:5]) == ["row", "score", "threshold", "is_anomaly", "quality"]


def test_columns_may_come_in_any_order(served: PyFuncModel, rows: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(served.predict(rows[["speed", "load", "heat"]]), served.predict(rows))


def test_the_time_is_passed_through(served: PyFuncModel, rows: pd.DataFrame) -> None:
    times = pd.date_range("2026-02-01", periods=len(rows), freq="min")
    answer = served.predict(rows.assign(timestamp=times.astype(str)))
    assert answer["timestamp"].tolist() == times.tolist()
    assert answer["score"].tolist() == served.predict(rows)["score"].tolist()


def test_threshold_and_top_features_can_be_asked_for(served: PyFuncModel, rows: pd.DataFrame) -> None:
    answer = served.predict(rows, params={"threshold": "-1", "top_features": 1})
    assert answer["is_anomaly"].all()
    assert set(answer["threshold"]) == {-1.0}
    assert [column for column in answer.columns if column.startswith("top_feature")] == ["top_feature_1"]


@pytest.mark.parametrize("form", ["split", "records"])
def test_json_is_read_with_whole_numbers_and_times(served: PyFuncModel, form: str) -> None:
    table = pd.DataFrame(
        {"timestamp": ["2026-02-01T00:00:00", "2026-02-01T00:01:00"]} | {name: [1, 2] for name in NAMES}
    )
    answer = post(served, {f"dataframe_{form}": json.loads(table.to_json(orient=form))})
    assert [entry["timestamp"] for entry in answer] == ["2026-02-01T00:00:00", "2026-02-01T00:01:00"]
    assert isinstance(answer[0]["is_anomaly"], bool)


def test_whole_numbers_serve_as_times(served: PyFuncModel) -> None:
    answer = post(served, {"dataframe_records": [{"timestamp": 7, **dict.fromkeys(NAMES, 0.5)}]})
    assert answer[0]["timestamp"] == 7


def test_csv_is_read(served: PyFuncModel) -> None:
    answer = post(served, "timestamp,load,heat,speed\n2026-02-01 00:00:00,0,1,2\n", "text/csv")
    assert answer[0]["timestamp"] == "2026-02-01T00:00:00"


@pytest.mark.parametrize("threshold", [0.25, "0.25", 3, "3", 1e-3])
def test_a_threshold_comes_as_a_number_or_as_text(served: PyFuncModel, threshold: float | str) -> None:
    answer = post(served, {"inputs": {name: [0.5] for name in NAMES}, "params": {"threshold": threshold}})
    assert answer[0]["threshold"] == float(threshold)


@pytest.mark.parametrize("params", [{"threshold": "pot"}, {"threshold": None}, {}, {"top_features": None}])
def test_a_parameter_that_is_null_has_its_default(served: PyFuncModel, params: dict[str, Any]) -> None:
    rows = {"inputs": {name: [0.5] for name in NAMES}}
    assert post(served, {**rows, "params": params}) == post(served, rows)


@pytest.mark.parametrize("top_features", [1, "1", 1.0])
def test_the_number_of_features_comes_as_a_number_or_as_text(served: PyFuncModel, top_features: object) -> None:
    answer = post(served, {"inputs": {name: [0.5] for name in NAMES}, "params": {"top_features": top_features}})
    assert [name for name in answer[0] if name.startswith("top_feature")] == ["top_feature_1"]


def test_the_parameters_of_other_models_are_checked_as_before(served: PyFuncModel) -> None:
    assert served.metadata.signature is not None
    spec = ParamSpec("threshold", "string", "other")
    with pytest.raises(MlflowException, match="Can not safely convert"):
        ParamSpec.validate_param_spec(0.5, spec)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"dataframe_records": [{"load": 1.0, "heat": 2.0}]}, "Model is missing inputs ['speed']"),
        ({"dataframe_records": [dict.fromkeys(NAMES, "hot")]}, "Failed to convert column load"),
        ({"dataframe_records": []}, "Model is missing inputs"),
        ({"dataframe_split": {"columns": list(NAMES), "data": []}}, "Expected at least one row; got none."),
        ({"dataframe_records": [dict.fromkeys(NAMES, 1.0)], "params": {"threshold": "psychic"}}, "psychic"),
        ({"dataframe_records": [dict.fromkeys(NAMES, 1.0)], "params": {"top_features": -1}}, "at least 0; got -1."),
        ({"dataframe_records": [dict.fromkeys(NAMES, 1.0)], "params": {"top_features": "few"}}, "top_features"),
        (
            {"dataframe_records": [{**dict.fromkeys(NAMES, 1.0), "timestamp": 2} for _ in range(2)]},
            "Expected one row for each time in request",
        ),
        ({"dataframe_records": [{**dict.fromkeys(NAMES, 1.0), "timestamp": "noon"}]}, "'noon'"),
    ],
)
def test_rows_that_do_not_fit_are_the_senders_fault(served: PyFuncModel, content: object, message: str) -> None:
    with pytest.raises(MlflowException) as caught:
        post(served, content)
    assert message in caught.value.message
    assert caught.value.get_http_status_code() == 400


def test_unknown_columns_are_refused_where_mlflow_lets_them_through(rows: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="torque"):
        requested_series(rows.assign(torque=np.arange(len(rows)) ** 0.5), Known(NAMES, {}))


def test_labels_that_come_along_are_no_feature(rows: pd.DataFrame) -> None:
    assert requested_series(rows.assign(label=0), Known(NAMES, {})).features == NAMES


def test_a_value_that_is_null_is_named_and_the_rest_is_scored(served: PyFuncModel, rows: pd.DataFrame) -> None:
    rows.loc[5, "heat"] = None
    records = json.loads(rows.to_json(orient="records"))
    answer = post(served, {"dataframe_records": records})
    assert [row for row, entry in enumerate(answer) if entry["quality"] == "missing: heat"] == [5]
    assert {entry["quality"] for entry in answer} == {"ok", "missing: heat"}


def test_a_feature_may_be_called_timestamp() -> None:
    rows = pd.DataFrame({"load": [1.0], "timestamp": [2.0]})
    series = requested_series(rows, Known(("timestamp", "load"), {}))
    assert series.timestamps is None
    assert series.ordered(("timestamp", "load")).values.tolist() == [[2.0, 1.0]]


@pytest.mark.parametrize("times", [["01/02/2026 10:00", "01/02/2026 10:01"], ["2026-02-01 10:00", "2026-02-01 10:01"]])
def test_times_come_as_in_training_or_in_iso_8601(times: list[str]) -> None:
    rows = pd.DataFrame({"Date": times, "load": [1.0, 2.0]})
    known = Known(("load",), {"time_column": "Date", "time_format": "%d/%m/%Y %H:%M"})
    series = requested_series(rows, known)
    assert series.timestamps is not None
    assert series.timestamps[0] == np.datetime64("2026-02-01T10:00", "ns")


def test_rows_of_several_senders_are_scored_at_once(served: PyFuncModel, rows: pd.DataFrame) -> None:
    alone = [served.predict(rows[start:]) for start in range(6)]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(served.predict, [rows[start:] for start in range(6)]))
    for one, other in zip(alone, together, strict=True):
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.slow
def test_the_served_demo_model_answers_the_query_script(
    store: Path, process_environment: dict[str, str], started: Callable[..., Any], detector: Detector
) -> None:
    table = simulate("machine-1", "train").table.tail(200)
    demo = Series(
        table[list(DEMO_FEATURES)].to_numpy(), DEMO_FEATURES, "demo", timestamps=table["timestamp"].to_numpy()
    )
    with MlflowTracking().run(RunLabel("train", "demo"), TrackingConfig()) as tracker:
        model = tracker.log_detector(Detector(detector.config).fit(demo), demo.rows(-5), TrackingConfig())
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", model.uri, "-p", "{port}"]
    command += ["--env-manager", "local"]
    (store / "bad.csv").write_text("requests,cpu\n1,2\n")
    environment = {**process_environment, "MLFLOW_TRACKING_URI": f"sqlite:///{store}/mlflow.db"}
    with started(command, "/ping", environment, store / "server.log") as port:

        def query(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                ["sh", str(SCRIPT), str(port), *words], capture_output=True, text=True, check=False, cwd=store
            )

        good, bad = query(), query("bad.csv")
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(port, {"dataframe_records": [{"cpu": 1}]})
    assert good.returncode == 0, good.stderr
    answer = json.loads(good.stdout)["predictions"]
    assert len(answer) == len(good.stdout.splitlines()) == 8
    assert answer[0]["timestamp"] == "2026-01-15T10:00:00"
    assert min(entry["score"] for entry in answer[-2:]) > max(entry["score"] for entry in answer[:-2])
    assert bad.returncode == 1
    assert "Model is missing inputs" in bad.stderr
    assert "refused the rows with status 400" in bad.stderr
    with refused.value as answered:
        assert answered.code == 400


def ask(port: int, content: object) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/invocations", json.dumps(content).encode(), {"Content-Type": "application/json"}
    )
    opener.open(request, timeout=60)


def test_the_rows_of_the_query_script_follow_the_training_part_of_the_demo_data() -> None:
    text = SCRIPT.read_text()
    header, *lines = text[text.index("timestamp,") :].partition("\nEND")[0].splitlines()
    assert tuple(header.split(",")[1:]) == DEMO_FEATURES
    sent = np.array([line.split(",")[1:] for line in lines], dtype=float)
    np.testing.assert_array_equal(sent[:6], simulate("machine-1", "eval").table[list(DEMO_FEATURES)].to_numpy()[:6])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["port"], 2, "expected a port number, got 'port'"),
        (["1", "absent.csv"], 2, "expected a file of rows that can be read, got absent.csv"),
        (["1", "server.xml"], 2, "expected rows as .csv or .json, got server.xml"),
        (["1"], 1, "no answer from http://127.0.0.1:1/invocations; start a server with: mlflow models serve"),
    ],
)
def test_the_query_script_explains_what_is_wrong(tmp_path: Path, words: list[str], code: int, message: str) -> None:
    (tmp_path / "server.xml").write_text("<rows/>")
    done = subprocess.run(["sh", str(SCRIPT), *words], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == code
    assert message in done.stderr


@pytest.mark.parametrize(
    ("clock", "options", "asked", "answered"),
    [
        (Clock("Zeit", "+01:00"), {}, {"Zeit": "2026-02-01T01:00:00+01:00"}, {"Zeit": "2026-02-01 01:00:00+01:00"}),
        (Clock("Zeit", "+01:00"), {}, {"Zeit": "2026-02-01T00:00:00Z"}, {"Zeit": "2026-02-01 00:00:00+00:00"}),
        (Clock("Zeit", "+01:00"), {}, {"Zeit": "2026-02-01T01:00:00"}, {"Zeit": "2026-02-01 01:00:00"}),
        (Clock("Zeit", "+01:00"), {}, {"timestamp": "2026-02-01 00:00Z"}, {"timestamp": "2026-02-01 00:00:00+00:00"}),
        (Clock("ts", "UTC", "s"), {"time_column": "ts"}, {"ts": "1769904000"}, {"ts": "1769904000"}),
        (Clock("Zeit", "UTC"), {"day_first": True}, {"Zeit": "01/02/2026 00:00"}, {"Zeit": "2026-02-01 00:00:00"}),
        (
            Clock("Date Time", "UTC"),
            {"time_column": "Date,Time", "day_first": True},
            {"Date": "1/2/2026", "Time": "00:00:00"},
            {"Date Time": "2026-02-01 00:00:00"},
        ),
    ],
)
def test_time_is_called_and_written_in_the_answer_as_in_the_request(
    detector: Detector, clock: Clock, options: dict[str, object], asked: dict[str, str], answered: dict[str, str]
) -> None:
    trained = copy(detector)
    trained.clock_, trained.reading_ = clock, options
    assert set(asked) <= {column.name for column in signature(trained).inputs}
    series = requested_series(pd.DataFrame([{**dict.fromkeys(NAMES, 0.5), **asked}]), trained.known)
    assert series.timestamps is not None
    assert series.timestamps.tolist() == [1769904000 * 10**9]
    table = trained.detect(series)
    assert {table.columns[0]: str(table.iloc[0, 0])} == answered


def test_zone_of_the_time_is_in_the_json_of_the_answer(served: PyFuncModel) -> None:
    answer = post(
        served, {"dataframe_records": [{"timestamp": "2026-02-01T01:00:00+01:00", **dict.fromkeys(NAMES, 0.5)}]}
    )
    assert answer[0]["timestamp"] == "2026-02-01T01:00:00+01:00"
