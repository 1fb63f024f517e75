"""A cluster file that the Jobs API refuses is found before it is sent."""

from __future__ import annotations

import json
import re

import pytest

from checkout import ROOT
from mtadgat.integrations.databricks.cluster_file import cluster_file_faults
from workspace.strict import cluster_faults

FOLDER = ROOT / "cluster_definitions"
FILES = sorted(FOLDER.glob("*.json"))
LTS = ("17.3", "18")
"""Runtimes with long-term support whose libraries the project can use."""


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def definition(request: pytest.FixtureRequest) -> dict:
    return json.loads(request.param.read_text())


def test_the_jobs_api_takes_it(definition: dict) -> None:
    assert cluster_faults(definition) == []


def test_the_doctor_finds_no_fault(request: pytest.FixtureRequest, definition: dict) -> None:
    assert cluster_file_faults(str(request.node.callspec.params["definition"])) == []


def test_it_writes_nothing_to_a_dbfs_root_that_may_not_be_there(definition: dict) -> None:
    assert "dbfs:" not in json.dumps(definition)


def test_trials_have_fixed_workers_and_each_a_whole_one(definition: dict) -> None:
    if definition.get("is_single_node"):
        return
    cores = {"Standard_D4ds_v5": "4", "m5d.xlarge": "4"}[definition["node_type_id"]]
    assert definition["num_workers"] > 1
    assert definition["spark_conf"]["spark.task.cpus"] == cores


def test_it_is_flat_as_mlflow_sends_it(definition: dict) -> None:
    assert not {"new_cluster", "libraries"} & definition.keys()


def test_its_runtime_is_for_machine_learning_and_has_long_term_support(definition: dict) -> None:
    version = re.fullmatch(r"(\d+(?:\.\d+)?)\.x-(cpu|gpu)-ml-scala2\.13", definition["spark_version"])
    assert version
    assert version[1] in LTS


def test_it_is_for_one_cloud_and_may_lose_workers_but_not_the_driver(definition: dict) -> None:
    (cloud,) = {"azure_attributes", "aws_attributes"} & definition.keys()
    assert definition[cloud]["first_on_demand"] == 1
    assert definition[cloud]["availability"].startswith("SPOT_WITH_FALLBACK")


def test_no_secret_is_written_out(definition: dict) -> None:
    for value in definition.get("spark_env_vars", {}).values():
        assert re.fullmatch(r"\{\{secrets/[\w-]+/[\w-]+\}\}", value)


def test_every_need_is_served_on_both_clouds() -> None:
    needs = {(file.stem.removeprefix("aws_").removeprefix("azure_")) for file in FILES}
    assert needs == {"training_cluster", "cpu", "gpu", "spark_trials", "adls"}
