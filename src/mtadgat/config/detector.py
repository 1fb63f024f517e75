"""What shapes a detector."""

from __future__ import annotations

from dataclasses import dataclass

from mtadgat.config.parameter import Checked, parameter

LEGACY_SMOOTHING = 1280
"""Span that the ancestors' ``use_mov_av`` gave: 0.05 * batch size 256 * window 100."""


@dataclass(frozen=True)
class DetectorConfig(Checked):
    """Everything that shapes a detector: windows, network, training, scores and thresholds."""

    window: int = parameter(
        30,
        "Rows that the network sees at once.",
        group="Windows",
        low=2,
        aliases=("window-size", "lookback"),
    )
    stride: int = parameter(1, "Rows between the starts of two training windows.", group="Windows", low=1)
    val_split: float = parameter(
        0.1, "Share of the training windows kept for validation, the latest ones.", group="Windows", low=0, below=1
    )
    scaling: str = parameter(
        "minmax",
        "How features are scaled, fitted on the training rows.",
        group="Windows",
        choices=("minmax", "standard", "robust", "none"),
        aliases=("normalize",),
    )
    clip: float | None = parameter(
        4.0,
        "Scaled values are clipped to this distance beyond the range of the training rows; none leaves them.",
        group="Windows",
        low=0,
    )

    kernel_size: int = parameter(7, "Kernel of the convolution over time, odd.", group="Network", low=1)
    attention: str = parameter(
        "gatv2",
        "Graph attention: GATv2 (Brody et al. 2021) or GAT.",
        group="Network",
        choices=("gatv2", "gat"),
        switches={"use-gatv2": ("gatv2", "gat")},
    )
    feature_embed_dim: int | None = parameter(
        None,
        "Embedding of the feature-oriented attention; none: the window.",
        group="Network",
        low=1,
        aliases=("feat-gat-embed-dim",),
    )
    time_embed_dim: int | None = parameter(
        None,
        "Embedding of the time-oriented attention; none: the number of features.",
        group="Network",
        low=1,
        aliases=("time-gat-embed-dim",),
    )
    gru_layers: int = parameter(1, "Layers of the GRU.", group="Network", low=1, aliases=("gru-n-layers",))
    gru_hidden: int = parameter(150, "Hidden size of the GRU.", group="Network", low=1, aliases=("gru-hid-dim",))
    forecast_layers: int = parameter(
        3, "Hidden layers of the forecasting head.", group="Network", low=1, aliases=("fc-n-layers",)
    )
    forecast_hidden: int = parameter(
        150, "Hidden size of the forecasting head.", group="Network", low=1, aliases=("fc-hid-dim",)
    )
    reconstruction: str = parameter(
        "gru",
        "Reconstruction head: a GRU decoder, or the paper's variational autoencoder.",
        group="Network",
        choices=("gru", "vae"),
    )
    reconstruction_layers: int = parameter(
        1, "Layers of the decoder.", group="Network", low=1, aliases=("recon-n-layers",)
    )
    reconstruction_hidden: int = parameter(
        150, "Hidden size of the decoder.", group="Network", low=1, aliases=("recon-hid-dim",)
    )
    decoder_input: str = parameter(
        "repeated",
        "What the decoder reads: the GRU's last state at every step, or the ancestors' smeared form of it.",
        group="Network",
        choices=("repeated", "smeared"),
    )
    alpha: float = parameter(0.2, "Negative slope of LeakyReLU in the attention.", group="Network", low=0, below=1)
    dropout: float = parameter(
        0.3, "Dropout of attention weights and of the forecasting head.", group="Network", low=0, below=1
    )

    epochs: int = parameter(15, "Passes over the training windows, at most.", group="Training", low=1)
    batch_size: int = parameter(
        256, "Windows in a batch.", group="Training", low=1, aliases=("bs",), after_training=True
    )
    learning_rate: float = parameter(1e-3, "Learning rate of Adam.", group="Training", low=1e-12, aliases=("init-lr",))
    lr_step: int = parameter(
        10, "Epochs after which the learning rate decays.", group="Training", low=1, aliases=("step-lr",)
    )
    lr_decay: float = parameter(
        0.9, "Factor of the decay.", group="Training", low=1e-12, high=1, aliases=("gamma-lr",)
    )
    patience: int | None = parameter(
        None, "Epochs without a better validation loss before training stops; none: never.", group="Training", low=1
    )
    shuffle: bool = parameter(
        True, "Shuffle the training windows, after the split.", group="Training", aliases=("shuffle-dataset",)
    )
    seed: int = parameter(0, "Seed of everything random.", group="Training", low=0)
    device: str = parameter(
        "auto",
        "Where the network runs; auto takes a GPU where there is one.",
        group="Training",
        choices=("auto", "cpu", "cuda"),
        switches={"use-cuda": ("auto", "cpu")},
        after_training=True,
    )

    gamma: float = parameter(
        1.0, "Weight of the reconstruction error against the forecast error.", group="Scores", low=0
    )
    error: str = parameter(
        "root",
        "Error of a row and feature: the paper's squared form, its root, or of absolute errors.",
        group="Scores",
        choices=("root", "squared", "absolute"),
    )
    normalization: str = parameter(
        "quantile",
        "Divide each feature's errors by a high quantile of their kind in training, or leave them.",
        group="Scores",
        choices=("quantile", "none"),
        aliases=("scale-scores",),
    )
    aggregation: str = parameter(
        "power",
        "Total score of a row, over its features: power mean, mean, the largest, or mean of the largest few.",
        group="Scores",
        choices=("power", "mean", "max", "top"),
    )
    power: float = parameter(
        1.5,
        "Exponent of `aggregation=power`: 1 is the mean, 2 the root mean square, more comes near the largest.",
        group="Scores",
        low=1,
    )
    top: int = parameter(3, "How many of the largest features `aggregation=top` averages.", group="Scores", low=1)
    smoothing: int = parameter(
        6,
        "Span in rows of the exponentially weighted trailing mean over the total score; 1 leaves it.",
        group="Scores",
        low=1,
        switches={"use-mov-av": (LEGACY_SMOOTHING, 1)},
        after_training=True,
    )

    pot_q: float = parameter(
        0.02,
        "Share of healthy rows that POT may flag (Siffer et al. 2017).",
        group="Thresholds",
        low=1e-12,
        below=1,
        aliases=("q",),
        after_training=True,
    )
    pot_level: float = parameter(
        0.95,
        "Quantile of the training scores above which POT fits the tail.",
        group="Thresholds",
        low=0.5,
        below=1,
        aliases=("level",),
        after_training=True,
    )
    dynamic_pot: bool = parameter(
        False,
        "Let POT follow the scores that it does not flag; on a long stream it then flags more than pot-q.",
        group="Thresholds",
        after_training=True,
    )
    pot_drift: int | None = parameter(
        4000,
        "Rows before a row whose median score POT counts from, so that it follows a slow change; none: it does not.",
        group="Thresholds",
        low=1,
        after_training=True,
    )
    reg_level: int = parameter(
        1,
        "Regularisation of the epsilon threshold: 0 none, 1 by flagged rows, 2 by their square.",
        group="Thresholds",
        low=0,
        high=2,
        after_training=True,
    )

    def contradictions(self) -> list[str]:
        """Return one sentence for each value that is in its range and yet does not fit another."""
        wrong = []
        if self.kernel_size % 2 == 0:
            wrong.append(f"kernel-size: expected an odd integer, got {self.kernel_size}")
        if self.pot_q >= 1 - self.pot_level:
            wrong.append(f"pot-q: expected less than 1 - pot-level = {1 - self.pot_level:g}, got {self.pot_q:g}")
        return wrong
