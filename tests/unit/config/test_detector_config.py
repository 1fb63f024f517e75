"""The declared parameters themselves."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields, replace

import pytest

from mtadgat import config
from mtadgat.config import (
    DataConfig,
    DetectionConfig,
    DetectorConfig,
    EvaluateConfig,
    ModelConfig,
    PredictConfig,
    TrackingConfig,
    WindowConfig,
)
from mtadgat.config.parameter import Overrides, build, declared, parameter_values, sections
from mtadgat.errors import ConfigError

CONFIGS = [DetectorConfig, DataConfig, TrackingConfig, ModelConfig, PredictConfig, EvaluateConfig]


def test_defaults_of_the_reference_implementation_are_kept() -> None:
    known = DetectorConfig()
    assert (known.kernel_size, known.attention, known.alpha, known.gamma) == (7, "gatv2", 0.2, 1)
    assert (known.gru_layers, known.gru_hidden) == (1, 150)
    assert (known.forecast_layers, known.forecast_hidden) == (3, 150)
    assert (known.reconstruction_layers, known.reconstruction_hidden) == (1, 150)
    assert (known.batch_size, known.learning_rate, known.lr_step, known.lr_decay) == (256, 1e-3, 10, 0.9)
    assert known.val_split == 0.1


@pytest.mark.parametrize("kind", CONFIGS)
def test_every_field_is_a_parameter_with_help_and_a_sound_default(kind: type) -> None:
    known = declared(kind)
    parts = sections(kind)
    names = {field.name for part in (kind, *parts.values()) for field in fields(part)}
    assert set(known) == names - parts.keys()
    for entry in known.values():
        assert entry.parameter.help.endswith("."), entry.name
        assert entry.parse(entry.default) == entry.default


def test_no_spelling_means_two_parameters_of_one_command() -> None:
    spellings = [
        name
        for kind in (DetectorConfig, DataConfig, TrackingConfig)
        for entry in declared(kind).values()
        for name in (entry.option, *entry.parameter.aliases, *entry.parameter.switches)
    ]
    assert len(spellings) == len(set(spellings))


def test_a_config_refuses_an_even_kernel() -> None:
    with pytest.raises(ConfigError, match="kernel-size: expected an odd integer, got 4"):
        DetectorConfig(kernel_size=4)


def test_a_config_refuses_a_risk_beyond_the_tail_that_pot_fits() -> None:
    with pytest.raises(ConfigError, match="pot-q: expected less than 1 - pot-level"):
        DetectorConfig(pot_q=0.05, pot_level=0.99)


def test_configs_come_without_numpy_or_torch() -> None:
    assert not {"numpy", "torch", "mlflow"} & set(vars(config))


def test_a_detector_config_is_made_of_parameters_sections_or_both() -> None:
    config = DetectorConfig(windows=WindowConfig(window=12), epochs=3, smoothing=2)
    assert (config.windows.window, config.training.epochs, config.detection.smoothing) == (12, 3, 2)
    assert (config.window, config.epochs, config.smoothing) == (12, 3, 2)
    assert config == DetectorConfig(window=12, epochs=3, smoothing=2)
    assert (
        replace(config, window=20) == config.with_params(window=20) == DetectorConfig(window=20, epochs=3, smoothing=2)
    )


def test_a_detector_config_survives_a_pickle_and_json() -> None:
    config = DetectorConfig(window=12, clip=None)
    assert pickle.loads(pickle.dumps(config)) == config
    assert build(DetectorConfig, json.loads(json.dumps(parameter_values(config)))) == config


def test_all_faults_of_all_sections_of_a_detector_config_are_told_together() -> None:
    with pytest.raises(ConfigError) as error:
        DetectorConfig(window=1, epochs=0, colour="red")
    assert [fault.partition(":")[0] for fault in error.value.faults] == ["colour", "window", "epochs"]


def test_an_unknown_parameter_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no parameter 'colour'"):
        _ = DetectorConfig().colour


def test_overrides_hold_what_was_given_and_refuse_the_rest() -> None:
    assert Overrides(DetectionConfig, {"pot_q": "0.1"}).values == {"pot_q": 0.1}
    with pytest.raises(ConfigError, match="window: no such parameter"):
        Overrides(DetectionConfig, {"window": 3})


@pytest.mark.parametrize("kind", CONFIGS)
def test_every_choice_can_be_given_as_text(kind: type) -> None:
    for entry in declared(kind).values():
        for choice in entry.parameter.choices:
            assert entry.parse(choice) == choice, entry.name


def test_the_papers_own_form_can_be_given() -> None:
    form = "error=squared aggregation=mean normalization=none smoothing=1 window=100"
    config = build(DetectorConfig, dict(word.split("=") for word in form.split()))
    assert (config.normalization, config.window) == ("none", 100)
