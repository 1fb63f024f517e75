"""Declarations of parameters are parsed, checked and reported in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtadgat.config import PredictConfig
from mtadgat.config.parameter import build, declared, parameter
from mtadgat.config.requests import EvaluateRequest, HyperoptRequest, PredictRequest, RunRequest, TrainRequest
from mtadgat.errors import ConfigError


@dataclass(frozen=True)
class Sample:
    size: int = parameter(10, "A size.", heading="A", low=2, high=20)
    share: float = parameter(0.5, "A share.", heading="A", low=0, below=1)
    kind: str = parameter("best_f1", "A kind.", heading="A", choices=("best_f1", "pot"))
    limit: int | None = parameter(None, "A limit.", heading="A", low=1)
    shuffle: bool = parameter(True, "A switch.", heading="A")


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("False", False), ("YES", True), ("0", False), ("off", False)]
)
def test_booleans_are_understood_as_people_write_them(text: str, value: bool) -> None:
    assert build(Sample, {"shuffle": text}).shuffle is value


@pytest.mark.parametrize("text", ["None", "none", "null", ""])
def test_an_optional_parameter_takes_none_as_a_word(text: str) -> None:
    assert build(Sample, {"limit": text}).limit is None


@pytest.mark.parametrize("text", ["best-f1", "BEST_F1", " best_f1 "])
def test_choices_ignore_case_and_kind_of_hyphen(text: str) -> None:
    assert build(Sample, {"kind": text}).kind == "best_f1"


@given(st.integers(2, 20))
def test_an_integer_survives_the_way_through_text(size: int) -> None:
    assert build(Sample, {"size": str(size)}).size == size
    assert build(Sample, {"size": f"{size}.0"}).size == size


def test_all_faults_are_reported_together_with_what_was_expected() -> None:
    with pytest.raises(ConfigError) as error:
        build(Sample, {"size": 1, "share": "nan", "kind": "f2", "limit": "x", "shuffle": "perhaps", "colour": 1})
    assert error.value.faults == (
        "colour: no such parameter",
        "kind: expected one of best_f1, pot, got 'f2'",
        "limit: expected an integer of at least 1, or none, got 'x'",
        "share: expected a number of at least 0 and less than 1, got 'nan'",
        "shuffle: expected true or false, got 'perhaps'",
        "size: expected an integer of at least 2 and at most 20, got 1",
    )


def test_a_fraction_is_no_integer_and_a_boolean_no_number() -> None:
    for wrong in ("2.5", True):
        with pytest.raises(ConfigError):
            build(Sample, {"size": wrong})


def test_declared_lists_type_and_whether_none_is_right() -> None:
    known = declared(Sample)
    assert (known["limit"].type, known["limit"].optional) == (int, True)
    assert (known["share"].type, known["share"].optional) == (float, False)


REQUESTS = (TrainRequest, EvaluateRequest, PredictRequest, RunRequest, HyperoptRequest)


@pytest.mark.parametrize("request_type", REQUESTS)
def test_an_empty_string_is_none_for_every_optional_parameter_and_a_named_error_for_the_others(
    request_type: type,
) -> None:
    for hint in get_type_hints(request_type).values():
        config = get_args(hint)[0] if get_args(hint) else hint
        for name, entry in declared(config).items():
            if entry.optional:
                assert getattr(build(config, {name: ""}), name) is None, name
            else:
                with pytest.raises(ConfigError, match=rf"^{entry.option}: expected .*, got ''$"):
                    build(config, {name: ""})


def test_python_takes_an_empty_string_as_the_command_line_does() -> None:
    assert PredictConfig(split="").split is None
