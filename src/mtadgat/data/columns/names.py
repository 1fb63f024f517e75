"""Column name: what the name of a column says about what it holds, before anyone looks at its values.

A name is read word by word: ``machineID``, ``machine_id`` and ``Machine ID`` are the same words, and what stands in
brackets, such as a unit, is left out. A name says something only if all of its words belong to it: ``fault`` and
``fault number`` speak of labels, ``fault_current`` does not.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache


class Says(Enum):
    """What a name says that a column holds."""

    TIME = "times"
    """Always: ``timestamp``."""
    MAYBE_TIME = "times, if they rise"
    """``t`` may be the temperature."""
    LABEL = "labels"
    """Always: ``anomaly``."""
    MAYBE_LABEL = "labels, if its values are like labels"
    """``fault``, ``y``."""
    STATE = "a state"
    """Labels if its words are: ``machine_status``."""
    LABEL_DETAIL = "what kind of anomaly a row is"
    """``category`` beside labels."""
    CHANGE = "where events begin and end"
    SCORE = "scores of anomalies"
    ENTITY = "which machine a row belongs to"
    """``machineID``."""
    MAYBE_ENTITY = "which machine a row belongs to, if its values are like names"
    """``host`` may be a count."""
    COUNTER = "which row it is"
    """``Row``, ``index``."""
    IDENTIFIER = "an identifier"
    """``order_id``: one for each of something else than machines."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, separated by blanks."""
    return frozenset(text.split())


TIMES = word_set(
    "time times timestamp timestamps time_stamp datetime date_time date ds ts epoch unix_time unixtime utc event_time "
    "date_and_time date_time_utc time_utc utc_time timestamp_utc event_timestamp event_ts zeit zeitstempel zeitpunkt "
    "datum datum_zeit fecha fecha_hora hora horodatage date_heure tijd tijdstip dato czas tidspunkt"
)
"""Whole names, their words joined, that are times whatever the values."""
TIME_WORDS = word_set(
    "time times timestamp timestamps stamp datetime date ts epoch unixtime zeit zeitstempel t elapsed"
)
TIME_COMPANIONS = word_set(
    "unix posix utc gmt local iso iso8601 event record recorded log logged logger measurement measured observation "
    "observed reading created received sent at of on the s sec secs second seconds ms msec millis milliseconds us "
    "micros microseconds ns nanos nanoseconds min minute minutes h hour hours d day days cycle cycles step steps "
    "index start stop end begin window sample sampling relative since and in row col column"
)
LONE_TIMES = word_set("seconds secs sec minutes hours days millis milliseconds elapsed")
DATES = word_set("date datum fecha dato")
CLOCK_TIMES = word_set("time uhrzeit zeit hora tijd czas klok clock time_of_day timeofday heure tid")

LABELS = word_set(
    "label labels lable lables anomaly anomalies anomalous anomalie attack attacks outlier outliers abnormal "
    "abnormality groundtruth isanomaly isanomalous isoutlier isattack islabel isabnormal"
)
MAYBE_LABELS = word_set(
    "fault faulty failure failed fail event incident class target y defect defective malfunction intrusion outage "
    "breakdown broken tag annotation fraud novelty disturbance isfault isfailure ytrue gt att"
)
LABEL_COMPANIONS = word_set(
    "is has was the of in a an flag flags indicator binary bool boolean true truth ground gt real actual point row "
    "rows machine system process normal pass number no nr id code index category class name value col column type "
    "healthy ok window sample y status state condition detected detection known active occurred"
)
NUMBERED = re.compile(r"[a-z]?\d+")
"""Words such as ``1`` and ``p1``: labels of one part."""
HEALTHY = word_set("normal healthy ok good nominal benign")
STATES = word_set("status state condition health")
STATE_COMPANIONS = word_set(
    "machine system process operating operation device asset equipment pump overall plant unit"
)
DETAILS = word_set("category subcategory cat cause severity kind type description reason")
DETAIL_COMPANIONS = LABELS | MAYBE_LABELS | word_set("root cause id name code of sub")
CHANGES = word_set("changepoint change_point is_changepoint is_change_point changepoints change_points")
SCORES = word_set("score scores probability prob likelihood proba confidence")

ENTITIES = word_set(
    "machine unit asset device host hostname instance node server sensor station equipment vehicle engine robot plant "
    "site well meter entity series channel group location container pod vm run simulation experiment trial turbine "
    "pump motor wind rack tenant customer line maschine anlage geraet gerät"
)
ENTITY_ENDINGS = word_set("id no nr number num name code key identifier uuid guid serial index idx")
ALWAYS_ENTITIES = word_set("hostname machineid deviceid unitid assetid hostid sensorid serverid")

COUNTERS = word_set(
    "row rows row_number row_num row_no row_nr row_id row_index rownum rownumber rowid row_count index idx no nr num "
    "id seq seqno sequence sequence_number seq_no seq_num record record_id record_number record_no recno sample "
    "sample_number sample_no sample_id sample_index observation obs observation_number line_number line_no lineno "
    "step time_step timestep tick cycle cycles unnamed pk udi uid zeile zeilennummer nummer lfd_nr lfdnr laufnummer "
    "entry_id entry_no index_level_0 level_0"
)
"""Whole names, their words joined."""
UNNAMED = re.compile(r"Unnamed: [\d.]+|")
IDENTIFIED = word_set(
    "batch order transaction lot job ticket message barcode serial part product piece shipment session request trace "
    "cycle workpiece invoice payment event record"
)
LONE_IDENTIFIERS = word_set("order batch lot ticket barcode serial transaction shipment workpiece invoice uuid guid")
IDENTIFIER_ENDINGS = word_set("id ids uuid guid identifier number no nr key code")


def plain(name: str) -> str:
    """Return a name in the form of whole names here, each sign of it kept: ``Time-Stamp`` gives ``time_stamp``."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case, without what stands in brackets unless nothing else is there."""
    bare = re.sub(r"[(\[{][^)\]}]*[)\]}]?", " ", name)
    bare = bare if re.search(r"\w", bare) else name
    bare = re.sub(r"([a-z\d])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", bare)
    return tuple(re.findall(r"[^\W_]+", bare.lower()))


@cache
def says(name: str) -> Says | None:
    """Return what the name of a column says, or None if it says nothing."""
    split = words(name)
    joined, whole, some = "_".join(split), "".join(split), frozenset(split)
    unnamed = UNNAMED.fullmatch(name.strip()) is not None or name.strip() == "#"
    if unnamed or not split:
        return Says.COUNTER if unnamed else None
    if joined in CHANGES or whole in CHANGES:
        return Says.CHANGE
    if joined in TIMES or whole in TIMES:
        return Says.TIME
    label = _says_beside_labels(some) or _says_of_labels(some, whole)
    if label is not None:
        return label
    if (some & TIME_WORDS and some <= TIME_WORDS | TIME_COMPANIONS) or whole in LONE_TIMES:
        return Says.MAYBE_TIME
    return _says_of_rows(split, some, whole)


def _says_beside_labels(some: frozenset[str]) -> Says | None:
    if some & LABELS and some & SCORES:
        return Says.SCORE
    return Says.LABEL_DETAIL if some & DETAILS and some <= DETAILS | DETAIL_COMPANIONS else None


def _says_of_labels(some: frozenset[str], whole: str) -> Says | None:
    labels, maybe = some & LABELS, some & MAYBE_LABELS
    numbered = frozenset(word for word in some if NUMBERED.fullmatch(word))
    if (labels and some <= LABELS | MAYBE_LABELS | LABEL_COMPANIONS | numbered) or whole in LABELS:
        return Says.LABEL
    if (maybe and some <= MAYBE_LABELS | LABEL_COMPANIONS and not _identifies(some)) or whole in MAYBE_LABELS:
        return Says.MAYBE_LABEL
    if means_healthy(some):
        return Says.MAYBE_LABEL
    if some & STATES and some <= STATES | STATE_COMPANIONS:
        return Says.STATE
    return None


def _identifies(some: frozenset[str]) -> bool:
    return "event" in some and bool(some & word_set("id number no nr name index"))


def _says_of_rows(split: tuple[str, ...], some: frozenset[str], whole: str) -> Says | None:
    if "_".join(split) in COUNTERS:
        return Says.COUNTER
    if some & ENTITIES and some <= ENTITIES | ENTITY_ENDINGS:
        return Says.ENTITY if some & ENTITY_ENDINGS else Says.MAYBE_ENTITY
    if whole in ALWAYS_ENTITIES:
        return Says.ENTITY
    ending = split[-1] in IDENTIFIER_ENDINGS
    if (ending and (some & IDENTIFIED or split[-1] in ("id", "ids", "uuid", "guid"))) or some <= LONE_IDENTIFIERS:
        return Says.IDENTIFIER
    return None


def means_healthy(some: frozenset[str]) -> bool:
    """Whether labels of these words are true where a row is healthy, as ``is_normal``."""
    return bool(some & HEALTHY) and some <= HEALTHY | word_set("is flag label") and "is" in some


def is_time_name(name: str) -> bool:
    """Whether a column of this name holds the time, or may hold it."""
    return says(name) in (Says.TIME, Says.MAYBE_TIME)


def is_label_name(name: str) -> bool:
    """Whether a column of this name holds labels, or may hold them."""
    return says(name) in (Says.LABEL, Says.MAYBE_LABEL)
