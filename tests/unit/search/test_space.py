"""What spaces can be written, and what is refused before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hyperopt import Trials, rand

from mtadgat.config import DetectorConfig
from mtadgat.errors import ConfigError
from mtadgat.search.space import SearchSpace, point_of, read_space

NESTED = """
dropout: {uniform: [0, 0.5]}
init-lr: {loguniform: [1e-4, 1e-2]}
gru_hidden: {quniform: [50, 250, 50]}
gru_layers: {randint: [1, 4]}
clip: {choice: [null, 2, 4]}
shuffle: {choice: [true, false]}
aggregation:
  choice:
    - mean
    - {value: top, top: {randint: [1, 6]}}
    - value: max
      smoothing: {choice: [{value: 1, gamma: {uniform: [0, 1]}}, 5]}
"""


def drawn(space: SearchSpace, count: int = 200) -> list[dict[str, object]]:
    documents = rand.suggest(list(range(count)), space.domain(), Trials(), 0)
    return [space.values(point_of(each["misc"]["vals"])) for each in documents]


def test_every_distribution_gives_values_of_the_parameters_own_type_and_range() -> None:
    for values in drawn(SearchSpace.parse(NESTED)):
        known = DetectorConfig(**values)  # type: ignore[arg-type]
        assert 0 <= known.dropout <= 0.5
        assert 1e-4 <= known.learning_rate <= 1e-2
        assert known.gru_hidden in (50, 100, 150, 200, 250)
        assert type(known.gru_hidden) is int
        assert known.gru_layers in (1, 2, 3)
        assert known.clip in (None, 2.0, 4.0)


def test_the_high_end_of_randint_is_never_drawn_and_every_other_value_is() -> None:
    values = drawn(SearchSpace.parse("gru_layers: {randint: [2, 5]}"))
    assert {each["gru_layers"] for each in values} == {2, 3, 4}


def test_multiples_of_a_fraction_are_drawn_without_rounding_noise() -> None:
    values = drawn(SearchSpace.parse("dropout: {quniform: [0, 0.5, 0.1]}"))
    assert {each["dropout"] for each in values} == {0, 0.1, 0.2, 0.3, 0.4, 0.5}


def test_parameters_inside_an_option_are_drawn_only_with_it() -> None:
    seen = set()
    for values in drawn(SearchSpace.parse(NESTED)):
        seen.add(values["aggregation"])
        assert ("top" in values) == (values["aggregation"] == "top")
        assert ("smoothing" in values) == (values["aggregation"] == "max")
        assert ("gamma" in values) == (values.get("smoothing") == 1)
    assert seen == {"mean", "top", "max"}


def test_loguniform_draws_small_orders_of_magnitude_as_often_as_large_ones() -> None:
    values = [each["learning_rate"] for each in drawn(SearchSpace.parse("learning_rate: {loguniform: [1e-4, 1e-2]}"))]
    small = sum(float(str(value)) < 1e-3 for value in values)
    assert 70 < small < 130  # 100 expected of 200, standard deviation 7


def test_the_default_space_can_be_used_with_the_default_detector() -> None:
    space = read_space(None)
    space.check(DetectorConfig())
    assert {"learning_rate", "window", "gru_hidden", "dropout"} <= set(space.names)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("hidden_size: {uniform: [0, 1]}", "hidden_size: no such parameter of the detector"),
        ("fpath: {choice: [a, b]}", "fpath: no such parameter of the detector"),
        ("dropout: {uniform: [0.5, 0.1]}", "dropout: expected low < high, got 0.5 and 0.1"),
        ("dropout: {uniform: [0, 2]}", "dropout: expected a number of at least 0 and less than 1, got 2"),
        ("dropout: {normal: [0, 1]}", "expected one of uniform, loguniform, quniform, randint, choice, got normal"),
        ("learning_rate: {loguniform: [0, 1]}", "learning_rate: expected a low above 0 for loguniform, got 0"),
        ("window: {uniform: [10, 20]}", "window: expected quniform, randint or a choice, as it is an integer"),
        ("window: {quniform: [10, 20, 2.5]}", "window: expected an integer as step, got 2.5"),
        ("window: {quniform: [5, 20, 10]}", "window: expected multiples of the step 10 as bounds, got 5"),
        ("window: {randint: [0, 20]}", "window: expected an integer of at least 2, got 0"),
        ("window: {quniform: [10, 20]}", "window: expected quniform: \\[low, high, step\\]"),
        ("window: {choice: [10, small]}", "window: expected an integer of at least 2, got 'small'"),
        ("window: {choice: []}", "window: expected choice: \\[value, ...\\], got \\[\\]"),
        ("window: 20", "window: expected one distribution, such as choice: \\[a, b\\], got 20"),
        ("attention: {uniform: [0, 1]}", "attention: expected a choice, as it is one of gatv2, gat, got uniform"),
        ("dropout: {uniform: [0, .inf]}", "dropout: expected finite numbers"),
        ("dropout: {uniform: [0, high]}", "dropout: expected numbers in uniform"),
        ("aggregation: {choice: [{top: {randint: [1, 3]}}]}", "aggregation: expected `value:` in the option"),
        ("aggregation: {choice: [{value: top, tops: {randint: [1, 3]}}]}", "aggregation=top/tops: no such parameter"),
        (
            "top: {randint: [1, 3]}\naggregation: {choice: [mean, {value: top, top: {randint: [1, 3]}}]}",
            "top: sampled twice in one configuration",
        ),
        ("window: {choice: [1", "expected YAML, got text that does not parse"),
        ("- window", "expected `parameter: distribution` lines, got list"),
        ("", "expected `parameter: distribution` lines, got NoneType"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused_with_its_reason(text: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=f"space: .*{fault}"):
        SearchSpace.parse(text)


def test_all_faults_of_a_space_are_told_together() -> None:
    with pytest.raises(ConfigError) as told:
        SearchSpace.parse("hidden: {uniform: [0, 1]}\nwindow: {randint: [9, 3]}\ndropout: {uniform: [0, 1]}")
    assert len(told.value.faults) == 3


def test_parameters_that_do_not_go_together_are_refused_before_anything_runs() -> None:
    with pytest.raises(ConfigError, match=r"of 100 sampled configurations cannot be used.*expected an odd integer"):
        SearchSpace.parse("kernel_size: {randint: [3, 8]}").check(DetectorConfig())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"space: expected a YAML file that can be read, got .*absent\.yaml"):
        read_space(str(tmp_path / "absent.yaml"))


def test_options_of_two_branches_may_draw_the_same_parameter() -> None:
    text = "aggregation: {choice: [{value: top, gamma: {uniform: [0, 1]}}, {value: mean, gamma: {uniform: [2, 3]}}]}"
    for values in drawn(SearchSpace.parse(text), 50):
        gamma = values["gamma"]
        assert isinstance(gamma, float)
        assert (gamma <= 1) == (values["aggregation"] == "top")


def test_names_are_in_the_order_of_the_file() -> None:
    names = ("dropout", "learning_rate", "gru_hidden", "gru_layers", "clip", "shuffle")
    assert SearchSpace.parse(NESTED).names == (*names, "aggregation", "top", "smoothing", "gamma")


def test_labels_of_branches_do_not_collide() -> None:
    labels: Mapping[str, object] = SearchSpace.parse(NESTED).domain().params
    assert "aggregation=top/top" in labels
    assert "aggregation=max/smoothing=1/gamma" in labels
