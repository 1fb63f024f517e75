"""Spark Connect: whether its client can be used here."""

from __future__ import annotations

import warnings
from importlib import import_module


def what_is_missing() -> str:
    """Return why there is no client of Spark Connect, or nothing."""
    for name in ("grpc", "grpc_status", "google.rpc", "zstandard", "pyspark.sql.connect.proto"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # where they are errors, an import of Spark Connect ends the process
                import_module(name)
        except Exception as error:  # of protobuf too, which a runtime has older than Spark's own release needs
            reason = " ".join(str(error).split())[:200]
            return f"no client of Spark Connect (pip install 'pyspark[connect]'): {type(error).__name__}: {reason}"
    return ""
