"""The declared parameters themselves."""

from __future__ import annotations

import pytest

from mtadgat import config
from mtadgat.config import DataConfig, DetectorConfig, EvaluateConfig, ModelConfig, PredictConfig, TrackingConfig
from mtadgat.config.parameter import declared
from mtadgat.errors import ConfigError

CONFIGS = [DetectorConfig, DataConfig, TrackingConfig, ModelConfig, PredictConfig, EvaluateConfig]


def test_the_ancestors_defaults_are_kept() -> None:
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
    assert set(known) == set(kind.__dataclass_fields__)  # type: ignore[attr-defined]
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
