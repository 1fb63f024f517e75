"""A job on the stand-in workspace reads a table of the driver's session and writes another, by their names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import mlflow
import pandas as pd
import pytest

from workspace import Workspace

Shell = Callable[..., CompletedProcess[str]]

MAKE_THE_TABLE = """
spark.range(400).selectExpr(
    "timestamp_seconds(1704067200 + 60 * id) AS timestamp", "sin(id / 7) AS flow", "cos(id / 5) AS heat",
    "array(id) AS raw", "id BETWEEN 350 AND 360 AS label"
).write.saveAsTable("default.pump")
"""
KEEP_THE_PREDICTIONS = """
import pyarrow.parquet
pyarrow.parquet.write_table(spark.table("default.flagged").toArrow(), "/dbfs/flagged.parquet")
"""
COMMAND = (
    "cd {project} && mlflow run . -b databricks --backend-config cluster_definitions/training_cluster.json"
    " -P fpath=spark_catalog.default.pump -P output=spark_catalog.default.flagged -P ignore_columns=raw"
    " -P train_end=300 -P epochs=1 -P window=10 -P gru_hidden=8 -P forecast_hidden=8 -P reconstruction_hidden=8"
)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_job_reads_and_writes_tables_by_name(
    cluster_maker: Workspace, client: Workspace, shell: Shell, checkout: Path, tmp_path: Path
) -> None:
    project = shutil.copytree(checkout, tmp_path / "mtadgat")
    launch = project / "launch.py"
    launch.write_text(MAKE_THE_TABLE + launch.read_text() + KEEP_THE_PREDICTIONS)
    sent = shell(COMMAND.format(project=project), MLFLOW_EXPERIMENT_NAME="/Shared/tables")
    assert sent.returncode == 0, sent.stderr
    job = client.wait(int(re.findall(r"job run with ID (\d+)", sent.stderr)[0]))
    assert job.outcome["ok"], job.cluster.log()
    table = pd.read_parquet(client.files.dbfs / "flagged.parquet").sort_values("timestamp")
    expected = pd.date_range("2024-01-01 05:00", periods=100, freq="min", tz="UTC")
    assert table["timestamp"].dt.tz_convert("UTC").tolist() == expected.tolist()
    experiment = mlflow.MlflowClient().get_experiment_by_name("/Shared/tables")
    (predicted,) = mlflow.MlflowClient().search_runs([experiment.experiment_id], "tags.`mtadgat.command` = 'predict'")
    source = predicted.inputs.dataset_inputs[0].dataset
    assert (source.name, source.source_type) == ("pump", "spark")
    assert "`spark_catalog`.`default`.`pump`" in source.source
