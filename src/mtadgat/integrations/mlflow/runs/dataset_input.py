"""Dataset input: which data a run used, as MLflow shows it with the run."""

from __future__ import annotations

import json

from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.types.schema import ColSpec, DataType, Schema
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT

from mtadgat.data.storage.table_store import table_name
from mtadgat.errors import redacted
from mtadgat.series import Series

MAX_SCHEMA_LENGTH = 1_000_000
"""Characters of a schema that MLflow stores; a longer schema is not recorded."""


def dataset_input(series: Series, context: str) -> DatasetInput:
    """Describe a series as the input of a run.

    Args:
        series: the rows that were used; passwords and signatures in their source are not recorded.
        context: train, eval or new.
    """
    columns: list[ColSpec] = [ColSpec(DataType.double, name) for name in series.features]
    schema = json.dumps({"mlflow_colspec": Schema(columns).to_dict()})
    source_type, location = _source(redacted(series.source))
    return DatasetInput(
        Dataset(
            name=series.name,
            digest=series.digest,
            source_type=source_type,
            source=json.dumps(location),
            schema=schema if len(schema) <= MAX_SCHEMA_LENGTH else None,
            profile=json.dumps({"num_rows": len(series), "num_elements": series.values.size}),
        ),
        tags=[InputTag(MLFLOW_DATASET_CONTEXT, context)],
    )


def _source(source: str) -> tuple[str, dict[str, str]]:
    name = table_name(source)
    if name is not None:
        return "spark", {"table_name": name.quoted}
    scheme, separator, _ = source.partition("://")
    if scheme in ("http", "https"):
        return "http", {"url": source}
    return scheme if separator and scheme != "file" else "local", {"uri": source}
