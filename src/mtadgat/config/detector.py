"""What shapes a detector: small configurations, one for each idea, and `DetectorConfig`, which composes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from mtadgat.config.parameter import Checked, Composed, parameter

LEGACY_SMOOTHING = 1280
"""Span that the legacy switch ``use_mov_av`` stands for: 0.05 * batch size 256 * window 100."""

THRESHOLD_HELP = "pot, epsilon, a number, or best_f1 / best_f1_pa from an evaluation of the model."
"""The methods of `mtadgat.detector.thresholds`, as help lists them."""


@dataclass(frozen=True)
class WindowConfig(Checked):
    """What the network sees of a series."""

    heading: ClassVar[str] = "Windows"

    window: int = parameter(30, "Rows that the network sees at once.", low=2, aliases=("window-size", "lookback"))
    stride: int = parameter(1, "Rows between the starts of two training windows.", low=1)
    val_split: float = parameter(
        0.1, "Share of the training windows kept for validation, the latest ones.", low=0, below=1
    )
    scaling: str = parameter(
        "minmax",
        "How features are scaled, fitted on the training rows.",
        choices=("minmax", "standard", "robust", "none"),
        aliases=("normalize",),
    )
    clip: float | None = parameter(
        4.0,
        "Scaled values are clipped to this distance beyond the range of the training rows; none leaves them.",
        low=0,
    )


@dataclass(frozen=True)
class NetworkConfig(Checked):
    """Layers and sizes of the network."""

    heading: ClassVar[str] = "Network"

    kernel_size: int = parameter(7, "Kernel of the convolution over time, odd.", low=1)
    attention: str = parameter(
        "gatv2",
        "Graph attention: GATv2 (Brody et al. 2021) or GAT.",
        choices=("gatv2", "gat"),
        switches={"use-gatv2": ("gatv2", "gat")},
    )
    feature_embed_dim: int | None = parameter(
        None,
        "Embedding of the feature-oriented attention; none: the window.",
        low=1,
        aliases=("feat-gat-embed-dim",),
    )
    time_embed_dim: int | None = parameter(
        None,
        "Embedding of the time-oriented attention; none: the number of features.",
        low=1,
        aliases=("time-gat-embed-dim",),
    )
    gru_layers: int = parameter(1, "Layers of the GRU.", low=1, aliases=("gru-n-layers",))
    gru_hidden: int = parameter(150, "Hidden size of the GRU.", low=1, aliases=("gru-hid-dim",))
    forecast_layers: int = parameter(3, "Hidden layers of the forecasting head.", low=1, aliases=("fc-n-layers",))
    forecast_hidden: int = parameter(150, "Hidden size of the forecasting head.", low=1, aliases=("fc-hid-dim",))
    reconstruction: str = parameter(
        "gru", "Reconstruction head: a GRU decoder, or the paper's variational autoencoder.", choices=("gru", "vae")
    )
    reconstruction_layers: int = parameter(1, "Layers of the decoder.", low=1, aliases=("recon-n-layers",))
    reconstruction_hidden: int = parameter(150, "Hidden size of the decoder.", low=1, aliases=("recon-hid-dim",))
    decoder_input: str = parameter(
        "repeated",
        "What the decoder reads: the GRU's last state at every step, or the reference implementation's smeared form.",
        choices=("repeated", "smeared"),
    )
    alpha: float = parameter(0.2, "Negative slope of LeakyReLU in the attention.", low=0, below=1)
    dropout: float = parameter(0.3, "Dropout of attention weights and of the forecasting head.", low=0, below=1)

    def contradictions(self) -> list[str]:
        """Refuse an even kernel."""
        if self.kernel_size % 2 == 0:
            return [f"kernel-size: expected an odd integer, got {self.kernel_size}"]
        return []


@dataclass(frozen=True)
class TrainingConfig(Checked):
    """How the network is fitted."""

    heading: ClassVar[str] = "Training"

    epochs: int = parameter(15, "Passes over the training windows, at most.", low=1)
    learning_rate: float = parameter(1e-3, "Learning rate of Adam.", low=1e-12, aliases=("init-lr",))
    lr_step: int = parameter(10, "Epochs after which the learning rate decays.", low=1, aliases=("step-lr",))
    lr_decay: float = parameter(0.9, "Factor of the decay.", low=1e-12, high=1, aliases=("gamma-lr",))
    patience: int | None = parameter(
        None, "Epochs without a better validation loss before training stops; none: never.", low=1
    )
    shuffle: bool = parameter(True, "Shuffle the training windows, after the split.", aliases=("shuffle-dataset",))
    seed: int = parameter(0, "Seed of everything random.", low=0)


@dataclass(frozen=True)
class ScoringConfig(Checked):
    """How errors become one score for each row."""

    heading: ClassVar[str] = "Scores"

    gamma: float = parameter(1.0, "Weight of the reconstruction error against the forecast error.", low=0)
    error: str = parameter(
        "root",
        "Error of a row and feature: the paper's squared form, its root, or of absolute errors.",
        choices=("root", "squared", "absolute"),
    )
    normalization: str = parameter(
        "quantile",
        "Divide each feature's errors by a high quantile of their kind in training, or leave them.",
        choices=("quantile", "none"),
        aliases=("scale-scores",),
    )
    aggregation: str = parameter(
        "power",
        "Total score of a row, over its features: power mean, mean, the largest, or mean of the largest few.",
        choices=("power", "mean", "max", "top"),
    )
    power: float = parameter(
        1.5,
        "Exponent of `aggregation=power`: 1 is the mean, 2 the root mean square, more comes near the largest.",
        low=1,
    )
    top: int = parameter(3, "How many of the largest features `aggregation=top` averages.", low=1)


@dataclass(frozen=True)
class DetectionConfig(Checked):
    """How scores are smoothed and flagged: what may change after training."""

    heading: ClassVar[str] = "Detection"

    smoothing: int = parameter(
        6,
        "Span in rows of the exponentially weighted trailing mean over the total score; 1 leaves it.",
        low=1,
        switches={"use-mov-av": (LEGACY_SMOOTHING, 1)},
    )
    pot_q: float = parameter(
        0.02, "Share of healthy rows that POT may flag (Siffer et al. 2017).", low=1e-12, below=1, aliases=("q",)
    )
    pot_level: float = parameter(
        0.95,
        "Quantile of the training scores above which POT fits the tail.",
        low=0.5,
        below=1,
        aliases=("level",),
    )
    dynamic_pot: bool = parameter(
        False, "Let POT follow the scores that it does not flag; on a long stream it then flags more than pot-q."
    )
    pot_drift: int | None = parameter(
        4000,
        "Rows before a row whose median score POT counts from, so that it follows a slow change; none: it does not.",
        low=1,
    )
    reg_level: int = parameter(
        1,
        "Regularisation of the epsilon threshold: 0 none, 1 by flagged rows, 2 by their square.",
        low=0,
        high=2,
    )

    max_gap: int | None = parameter(
        10, "Steps without a row beyond which windows start anew; none: they run across every gap.", low=1
    )
    max_missing: float = parameter(
        0.5,
        "Share of missing values in a window above which a feature does not count for the score of a row; one without "
        "a value in the row never does.",
        low=0,
        below=1,
    )

    def contradictions(self) -> list[str]:
        """Refuse a risk that lies outside of the tail that POT fits."""
        if self.pot_q >= 1 - self.pot_level:
            return [f"pot-q: expected less than 1 - pot-level = {1 - self.pot_level:g}, got {self.pot_q:g}"]
        return []


@dataclass(frozen=True)
class ComputeConfig(Checked):
    """Where and in what portions the network runs, in training and after."""

    heading: ClassVar[str] = "Compute"

    batch_size: int = parameter(256, "Windows in a batch.", low=1, aliases=("bs",))
    device: str = parameter(
        "auto",
        "Where the network runs; auto takes a GPU where there is one.",
        choices=("auto", "cpu", "cuda"),
        switches={"use-cuda": ("auto", "cpu")},
    )


@dataclass(frozen=True, init=False)
class DetectorConfig(Composed):
    """Everything that shapes a detector, made from parameters by their own names, or from sections by theirs.

    Args:
        windows: what the network sees.
        network: layers and sizes.
        training: how the network is fitted.
        scoring: how errors become scores.
        detection: how scores are smoothed and flagged; may change after training.
        compute: where the network runs; may change after training.

    Raises:
        ConfigError: unknown names or impossible values, all faults together.
    """

    windows: WindowConfig = field(default_factory=WindowConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    scoring: ScoringConfig = field(default_factory=ScoringConfig)
    detection: DetectionConfig = field(default_factory=DetectionConfig)
    compute: ComputeConfig = field(default_factory=ComputeConfig)
