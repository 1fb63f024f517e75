"""Every parameter of the project, once: name, type, default, range and help.

The values are plain; nothing here imports numpy, torch or mlflow.
"""

from __future__ import annotations

from dataclasses import dataclass

from mtadgat.errors import ConfigError
from mtadgat.parameters import faults, parameter

DEFAULT_PORT = 55755
"""Port of the scoring server, in the documentation and in ``scripts/query_server.sh``."""

ANCESTOR_SMOOTHING = 1280
"""Span that the ancestors' ``use_mov_av`` gave: 0.05 * batch size 256 * window 100."""


class _Checked:
    """A configuration that refuses values out of range, all faults together."""

    def __post_init__(self) -> None:
        wrong = faults(self)
        if wrong:
            raise ConfigError(wrong)


@dataclass(frozen=True)
class DetectorConfig(_Checked):
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
        5,
        "Rows of the trailing mean over the total score; 1 leaves it.",
        group="Scores",
        low=1,
        switches={"use-mov-av": (ANCESTOR_SMOOTHING, 1)},
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
        False, "Let POT follow the scores that it does not flag.", group="Thresholds", after_training=True
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

    def __post_init__(self) -> None:
        wrong = faults(self)
        if not wrong and self.kernel_size % 2 == 0:
            wrong.append(f"kernel-size: expected an odd integer, got {self.kernel_size}")
        if not wrong and self.pot_q >= 1 - self.pot_level:
            wrong.append(f"pot-q: expected less than 1 - pot-level = {1 - self.pot_level:g}, got {self.pot_q:g}")
        if wrong:
            raise ConfigError(wrong)


@dataclass(frozen=True)
class DataConfig(_Checked):
    """Which rows to read, from where."""

    fpath: str = parameter(
        "demo",
        "File, folder or URL of the data; `demo` makes a small synthetic fleet.",
        group="Data",
        aliases=("data", "path"),
    )
    entity: str | None = parameter(
        None, "Machine or channel to read where the data hold several.", group="Data", aliases=("group",)
    )
    dataset: str | None = parameter(None, "Name in MLflow; none: taken from the path.", group="Data")
    layout: str = parameter(
        "auto",
        "Arrangement of the files; auto recognises it.",
        group="Data",
        choices=("auto", "splits", "omnianomaly", "telemanom", "table"),
    )
    delimiter: str | None = parameter(None, "Column separator of text files; none: found out.", group="Data")
    time_column: str | None = parameter(None, "Column that holds the time; none: recognised.", group="Data")
    label_column: str | None = parameter(None, "Column that holds the labels; none: recognised.", group="Data")
    ignore_columns: str | None = parameter(None, "Columns to leave out, separated by commas.", group="Data")
    target_features: str | None = parameter(
        None,
        "Features to forecast and reconstruct, names or numbers separated by commas; none: all.",
        group="Data",
    )
    train_start: str | None = parameter(
        None, "First row, or time, of the training part.", group="Row ranges", aliases=("train-from",)
    )
    train_end: str | None = parameter(
        None,
        "Row, or time, at which the training part ends (exclusive).",
        group="Row ranges",
        aliases=("train-until",),
    )
    eval_start: str | None = parameter(None, "First row, or time, of the evaluated part.", group="Row ranges")
    eval_end: str | None = parameter(
        None, "Row, or time, at which the evaluated part ends (exclusive).", group="Row ranges"
    )
    new_start: str | None = parameter(None, "First row, or time, to predict.", group="Row ranges")
    new_end: str | None = parameter(None, "Row, or time, at which prediction ends (exclusive).", group="Row ranges")


@dataclass(frozen=True)
class TrackingConfig(_Checked):
    """Where results go."""

    experiment: str | None = parameter(
        None,
        "MLflow experiment; none: MLFLOW_EXPERIMENT_NAME, else <dataset>_training or <dataset>_inference.",
        group="Tracking",
        aliases=("experiment-name",),
    )
    run_name: str | None = parameter(None, "Name of the run; none: made up by MLflow.", group="Tracking")
    register: str | None = parameter(
        None,
        "Register the trained model under this name, and make it the champion.",
        group="Tracking",
        aliases=("registered-model-name",),
    )
    conda_env: str | None = parameter(
        None, "conda.yaml, path or URL, stored as the environment of the model that is trained.", group="Tracking"
    )


@dataclass(frozen=True)
class ModelConfig(_Checked):
    """Which trained model to take."""

    model: str | None = parameter(
        None,
        "URI of a logged or registered model; none: the champion alias of --registered-model, "
        "else the latest finished training run.",
        group="Model",
        aliases=("model-uri",),
    )
    registered_model: str | None = parameter(
        None, "Registered model whose champion alias is wanted; none: named after the data set.", group="Model"
    )
    run: str | None = parameter(
        None, "Training run: its id, its name, or -1 for the latest, -2 for the one before ...", group="Model"
    )


@dataclass(frozen=True)
class PredictConfig(_Checked):
    """What to predict, and where the table goes."""

    split: str | None = parameter(
        None,
        "Part to predict; none: new, or eval where there is no new.",
        group="Prediction",
        choices=("train", "eval", "new"),
    )
    threshold: str = parameter(
        "pot",
        "pot, epsilon, a number, or best_f1 / best_f1_pa from an evaluation of the model.",
        group="Prediction",
    )
    output: str = parameter(
        "predictions.csv", "File or URL of the table, .csv or .parquet.", group="Prediction", aliases=("out",)
    )
    top_features: int = parameter(3, "How many features to name for each row.", group="Prediction", low=0)


@dataclass(frozen=True)
class EvaluateConfig(_Checked):
    """What to evaluate."""

    split: str = parameter("eval", "Labelled part to evaluate.", group="Evaluation", choices=("train", "eval", "new"))
    skip: int = parameter(
        0,
        "Rows at the start of the part that are left out, such as those that a search has seen.",
        group="Evaluation",
        low=0,
    )
    scores: str | None = parameter(
        None,
        "File of scores from any detector, one for each row; they are evaluated and no model is needed.",
        group="Evaluation",
    )


@dataclass(frozen=True)
class ReportConfig(_Checked):
    """Where the report goes."""

    report: str | None = parameter(
        "report.html", "File of the interactive report; none: only with the run.", group="Report"
    )


@dataclass(frozen=True)
class SearchConfig(_Checked):
    """How to search for the best configuration; the trials are drawn from the detector's ``seed``."""

    space: str | None = parameter(
        None, "YAML file of the parameters to search and their distributions; none: the default space.", group="Search"
    )
    algo: str = parameter(
        "tpe",
        "How trials are drawn: tree of Parzen estimators, at random, or simulated annealing.",
        group="Search",
        choices=("tpe", "rand", "anneal"),
    )
    max_evals: int = parameter(20, "Trials in all, those of a resumed search included.", group="Search", low=1)
    timeout: float | None = parameter(
        None, "Seconds after which the search stops and takes the best so far; none: never.", group="Search", low=1
    )
    loss: str = parameter(
        "validation",
        "What to minimise: the validation loss, or 1 - a figure on the earliest labelled rows (see loss-share).",
        group="Search",
        choices=("validation", "vus_pr", "auc_pr", "f1", "pa_f1", "pot_f1"),
    )
    loss_share: float = parameter(
        0.5,
        "Share of the labelled rows, the earliest, that a loss from labels sees; the final evaluation sees the rest.",
        group="Search",
        low=0.05,
        high=0.95,
    )
    early_stop: int | None = parameter(
        None, "Finished trials without a better loss after which the search stops; none: never.", group="Search", low=1
    )
    trials: str = parameter(
        "local",
        "Where trials run: one after the other in this process, or side by side on Spark.",
        group="Search",
        choices=("local", "spark"),
    )
    parallelism: int | None = parameter(
        None, "Trials side by side on Spark; none: as many as Spark has cores.", group="Search", low=1, high=128
    )
    spark_master: str | None = parameter(
        None,
        "Spark master to start a session on, such as local-cluster[2,1,2048]; none: the session that runs, else "
        "Spark's own configuration.",
        group="Search",
    )
    trial_epochs: int | None = parameter(
        None, "Epochs of a trial; none: those of the final training.", group="Search", low=1
    )
    pruning: str | None = parameter(
        None,
        "Stop a trial whose validation loss is above the median of the others at the same epoch; none: never.",
        group="Search",
        choices=("median",),
    )
    resume: str | None = parameter(None, "Run id of a search to go on with; its own parameters hold.", group="Search")
