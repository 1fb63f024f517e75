"""Tags: what every run says of itself, and by which it is found again."""

from __future__ import annotations

COMMAND = "mtadgat.command"
DATASET = "mtadgat.dataset"
ENTITY = "mtadgat.entity"
SUBJECT = "mtadgat.subject"
VERSION = "mtadgat.version"
MODEL_URI = "mtadgat.model_uri"
MODEL_ID = "mtadgat.model_id"
REGISTERED = "mtadgat.registered"
ERROR = "mtadgat.error"

TRAINING = frozenset({"train", "hyperopt"})
"""Commands whose runs train the model that their tags name."""

EVALUATING = frozenset({"evaluate"})
"""Commands whose runs evaluate the model that their tags name."""
