"""Names: every name that crosses a boundary, written by one part of the project and read back by another or by people.

Dashboards, saved filters and earlier runs depend on them: a name that changes is a breaking change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtadgat.detector.training import EpochLosses

# Tags of runs.
TAG_COMMAND = "mtadgat.command"
TAG_DATASET = "mtadgat.dataset"
TAG_ENTITY = "mtadgat.entity"
TAG_SUBJECT = "mtadgat.subject"
TAG_VERSION = "mtadgat.version"
TAG_MODEL_URI = "mtadgat.model_uri"
TAG_MODEL_ID = "mtadgat.model_id"
TAG_REGISTERED = "mtadgat.registered"
TAG_ERROR = "mtadgat.error"
TAG_DOUBTFUL = "mtadgat.doubtful"
"""What to look at in the data of a run, one sentence a line."""
TAG_CONTINUES = "mtadgat.continues"
"""On the run of a project that resumed a search: the run id of the search."""
TAG_BEST_TRIAL = "mtadgat.best_trial"
TAG_BEST_RUN = "mtadgat.best_run"
TAG_TRIAL_NUMBER = "mtadgat.trial.number"
TAG_TRIAL_POINT = "mtadgat.trial.point"
TAG_TRIAL_VALUES = "mtadgat.trial.values"
TAG_TRIAL_STATE = "mtadgat.trial.status"

# Values of TAG_COMMAND.
TRIAL_COMMAND = "trial"
TRAINING_COMMANDS = frozenset({"train", "hyperopt"})
"""Commands whose runs train the model that their tags name."""
EVALUATING_COMMANDS = frozenset({"evaluate"})
"""Commands whose runs evaluate the model that their tags name."""

# States of a trial, in TAG_TRIAL_STATE and in the table of trials.
FINISHED, PRUNED, FAILED, INTERRUPTED = "finished", "pruned", "failed", "interrupted"
ENDED_STATES = (FINISHED, PRUNED, FAILED)
"""States of a trial that counts; an interrupted one counts as never run."""

# Artifacts.
SCORES_TABLE = "tables/scores.parquet"
"""Its first column is the time, under its name in the input, or ``row``."""
METRICS_TABLE = "tables/evaluation.csv"
THRESHOLDS_FILE = "thresholds.json"
CHECK_PAGE = "check.html"
SCORES_FIGURE = "figures/scores.png"
HISTOGRAM_FIGURE = "figures/histogram.png"
EVENT_FIGURE = "figures/event.png"
LOSSES_FIGURE = "figures/losses.png"
SEARCH_HISTORY_FIGURE = "figures/search_history.png"
SEARCH_PARAMETERS_FIGURE = "figures/search_parameters.png"
SEARCH_REQUEST = "search/request.json"
SEARCH_SPACE = "search/space.yaml"
TRIALS_TABLES = ("search/trials.csv", "search/trials.parquet")
BEST_PARAMETERS = "best.yaml"
"""What ``mtadgat train --config`` accepts."""

# Metrics that are not those of an evaluation.
BEST_EPOCH = "loss/best_epoch"
VALIDATION_LOSS = "loss/validation_total"
BEST_TRIAL_LOSS = "search/best_loss"
TRIAL_LOSS, TRIAL_SECONDS, TRIAL_EPOCHS = "trial/loss", "trial/seconds", "trial/epochs"


def loss_metrics(losses: EpochLosses) -> dict[str, float]:
    """Return the losses of an epoch by the names of their metrics, such as ``loss/train_total``."""
    return {f"loss/{name}": value for name, value in losses._asdict().items() if name != "epoch"}


def model_tags(uri: str, model_id: str) -> dict[str, str]:
    """Return the tags by which a run names the model that it trained or used."""
    return {TAG_MODEL_URI: uri, TAG_MODEL_ID: model_id}


def profile_file(split: str) -> str:
    """Return the artifact that says what was understood of a split: train, eval or new."""
    return f"profile-{split}.json"


def search_metric(name: str) -> str:
    """Return the metric of one count of a search, such as ``search/pruned``."""
    return f"search/{name}"


def threshold_name(method: str) -> str:
    """Return the metric, and the column of `SCORES_TABLE`, that holds the threshold of a method."""
    return f"{method}/threshold"
