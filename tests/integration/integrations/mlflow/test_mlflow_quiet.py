"""MLflow is quiet while it is called, and as before afterwards."""

from __future__ import annotations

import logging
import os

import pytest

from mtadgat.integrations.mlflow.quiet import environment, quiet

LINKS = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"


def test_levels_and_variables_are_as_before_afterwards() -> None:
    before = (logging.getLogger("mlflow").level, LINKS in os.environ)
    with quiet():
        assert logging.getLogger("mlflow").level == logging.WARNING
        assert os.environ[LINKS] == "true"
    assert (logging.getLogger("mlflow").level, LINKS in os.environ) == before


def test_a_level_that_the_user_chose_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_LOGGING_LEVEL", "DEBUG")
    before = logging.getLogger("mlflow").level
    with quiet():
        assert logging.getLogger("mlflow").level == before


def test_variables_that_the_user_set_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTADGAT_TEST", "mine")
    with environment(MTADGAT_TEST="ours"):
        assert os.environ["MTADGAT_TEST"] == "mine"
    assert os.environ["MTADGAT_TEST"] == "mine"


def test_warnings_are_still_seen(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("mlflow.store")
    with quiet():
        logging.getLogger("mlflow.store").info("chatter")
        logger.warning("something is wrong")
    assert "something is wrong" in caplog.text or not logging.getLogger("mlflow").propagate
    assert "chatter" not in caplog.text
