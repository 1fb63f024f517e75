"""Label values: which values of a label column mean anomalous.

In this order:

- Those that ``--anomalous-labels`` names.
- Those that the name of the column explains: ``Attack (1:No Attack -1:Attack)``.
- True, and 1 beside 0. Under a name such as ``is_normal`` it is the other way round.
- Known words, such as ``attack``, ``fault``, ``T``. Blanks inside a word and slips of the pen do not matter. Beside
  a known normal word all unknown ones are anomalous, such as RECOVERING beside NORMAL; else they are normal.
- Numbers of classes: 0 is normal, the others are not.
- The rarer one of two numbers, such as -1 and 1, if it is clearly rare.

Whatever is not plain is noted; what is none of these is an error.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mtadgat.data.columns.content import plain_value
from mtadgat.data.columns.name_lists import did_you_mean, named_columns, typed
from mtadgat.data.columns.names import means_healthy, word_set, words
from mtadgat.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Bool

OPTION = "--anomalous-labels"
NORMAL_WORDS = word_set(
    "0 false no n f normal healthy ok okay good nominal benign inlier regular none pass passed noattack noanomaly "
    "nofault nofailure noevent notanomalous nonanomalous nonanomaly nominalbehaviour usual safe negative clean "
    "faultfree norm gut ioa i.o."
)
ANOMALOUS_WORDS = word_set(
    "1 true yes y t attack attacks attacked anomaly anomalies anomalous abnormal outlier fault faulty failure failed "
    "fail broken bad nok notok ng defect defective incident malicious intrusion error malfunction positive unhealthy "
    "abnorm anormal anomal outage breakdown critical notnormal"
)
LETTERS = ({"t": True, "f": False}, {"y": True, "n": False}, {"a": True, "n": False})
"""Single letters that mean something beside each other."""
RARE = 0.25
"""Share of the rows up to which the rarer of two numbers is taken for the anomalous one."""
MAX_CLASSES = 50
"""Distinct values above which a column is no label."""
CLOSE = 0.8
"""Likeness from which a word counts as another one with a slip of the pen."""
LEGEND = re.compile(r"([-+]?\d+|[A-Za-z]+)\s*[:=]\s*([A-Za-z][A-Za-z _-]*[A-Za-z])")


class Meaning(NamedTuple):
    """Which values are anomalous.

    Args:
        anomalous: distinct value -> whether it is anomalous.
        notes: what was decided, as sentences about the column.
        plain: whether nobody could read the values in another way.
        option: what ``--anomalous-labels`` has to say for other rows to be read alike, empty if nothing.
    """

    anomalous: Mapping[str, bool]
    notes: tuple[str, ...] = ()
    plain: bool = True
    option: str = ""

    def flags(self, column: pd.Series) -> Bool[np.ndarray, " time"]:
        """Return where a column is anomalous.

        Args:
            column: (time,) the values whose meaning this is.
        """
        return column.astype(object).map(lambda value: self.anomalous[plain_value(value)]).to_numpy(dtype=bool)


class Unclear(NamedTuple):
    """Why it cannot be told which values are anomalous.

    Args:
        got: the values, in words.
        labels: whether they may be labels at all.
    """

    got: str
    labels: bool = True


def meaning_of(column: pd.Series) -> Meaning | Unclear:
    """Say which values of a column are anomalous, from the values and the name.

    Args:
        column: (time,) values without missing ones.
    """
    counts = column.astype(object).map(plain_value).value_counts()
    shares = {str(value): count / len(column) for value, count in counts.items()}
    if len(shares) > MAX_CLASSES:
        return Unclear(f"{len(shares)} different values, such as {next(iter(shares))}", labels=False)
    name = str(column.name or "")
    explained = _explained(name, shares)
    if explained is not None:
        return explained
    numbers = {value: _number(value) for value in shares}
    numeric = all(number is not None for number in numbers.values())
    if numeric:
        return _of_numbers({value: number for value, number in numbers.items() if number is not None}, shares, name)
    return _of_words(shares, name)


def chosen_values(text: str, column: pd.Series) -> Bool[np.ndarray, " time"]:
    """Return where a column has one of the values that the user named.

    Args:
        text: values, separated by commas.
        column: (time,) values.

    Raises:
        DataError: a value is not there, but one that is nearly the same and was not named.
    """
    texts = column.astype(object).map(plain_value)
    values = [str(value) for value in texts.unique()]
    named = named_columns(text, values, positions=False)
    items = {_number_text(item): item for item in named.absent}
    chosen = {value for value in values if value in named.columns or _number_text(value) in items}
    absent = [item for key, item in items.items() if key not in {_number_text(value) for value in chosen}]
    near = did_you_mean(absent, [value for value in values if value not in chosen])
    if near:
        raise DataError(
            f"labels {absent} of {OPTION} in column {column.name!r}", f"{values[:10]}{near}", f"Correct {OPTION}."
        )
    return texts.isin(chosen).to_numpy(dtype=bool)


def proposal(column: pd.Series) -> str:
    """Return what to type to say which values are anomalous, with the rarest as an example."""
    counts = column.dropna().astype(object).map(plain_value).value_counts(ascending=True)
    values = [str(value) for value in counts.index]
    rare = sorted(values[:2]) if all(_number(value) is not None for value in values) else values[:1]
    return " or ".join(typed(OPTION, value) for value in rare)


def _explained(name: str, values: Collection[str]) -> Meaning | None:
    legend = {key.lower(): _side(text) for key, text in LEGEND.findall(name)}
    sides = {value: legend.get(value.lower()) for value in values}
    known = {value: side for value, side in sides.items() if side is not None}
    if len(known) < len(sides):
        return None
    anomalous = [key for key, side in legend.items() if side]
    return Meaning(known, (f"{', '.join(anomalous)} means anomalous, as its name says",))


def _of_numbers(numbers: Mapping[str, float], shares: Mapping[str, float], name: str) -> Meaning | Unclear:
    distinct = set(numbers.values())
    if distinct <= {0.0, 1.0}:
        if means_healthy(frozenset(words(name))):
            note = "0 means anomalous, as its name says what 1 means"
            return Meaning({value: not number for value, number in numbers.items()}, (note,))
        return Meaning({value: bool(number) for value, number in numbers.items()})
    whole = all(number.is_integer() for number in distinct)
    if whole and min(distinct) == 0:
        classes = ", ".join(sorted((value for value, number in numbers.items() if number), key=float))
        note = f"0 is taken as normal and {classes} as anomalous"
        return Meaning({value: number != 0 for value, number in numbers.items()}, (note,), plain=len(distinct) <= 1)
    if whole and len(distinct) == 2:
        rare = min(shares, key=lambda value: (shares[value], value))
        if shares[rare] <= RARE:
            note = f"{rare} is taken as anomalous, as it is the rarer one of {', '.join(sorted(shares))}"
            return Meaning({value: value == rare for value in shares}, (note,), plain=False, option=rare)
    values = sorted(shares, key=float)
    return Unclear(f"values {', '.join(values[:10])}{', ...' if len(values) > 10 else ''}")


def _of_words(shares: Mapping[str, float], name: str) -> Meaning | Unclear:
    folded = {value: _folded(value) for value in shares}
    for letters in LETTERS:
        if set(folded.values()) <= letters.keys():
            return _turned({value: letters[text] for value, text in folded.items()}, name)
    if any(len(text) == 1 and text.isalpha() for text in folded.values()):
        return Unclear(f"letters {', '.join(repr(value) for value in list(shares)[:5])}")
    bare = {value: _side(value) for value in shares}
    sides: dict[str, bool] = {value: side for value, side in bare.items() if side is not None}
    slips = [f"{value!r} is read as {_closest(value)!r}" for value in sides if _is_slip(value)]
    unknown = [value for value in shares if value not in sides]
    if not sides:
        return Unclear(f"words {', '.join(repr(value) for value in list(shares)[:5])}")
    notes = list(slips)
    if unknown:
        side = False not in sides.values()
        sides |= dict.fromkeys(unknown, not side)
        taken = ", ".join(repr(value) for value in sorted(unknown))
        notes.append(f"{taken} {'are' if len(unknown) > 1 else 'is'} taken as {'normal' if side else 'anomalous'}")
    return _turned(sides, name)._replace(notes=tuple(notes), plain=not unknown)


def _turned(sides: Mapping[str, bool], name: str) -> Meaning:
    booleans = {_folded(value) for value in sides} <= {"true", "false", "t", "f", "yes", "no", "y", "n"}
    if booleans and means_healthy(frozenset(words(name))):
        return Meaning(
            {value: not side for value, side in sides.items()}, ("false means anomalous, as its name says",)
        )
    return Meaning(sides)


def _side(text: str) -> bool | None:
    word = _folded(text)
    if word in NORMAL_WORDS or word in ANOMALOUS_WORDS:
        return word in ANOMALOUS_WORDS
    negated = re.fullmatch(r"(?:no|non|not|without)(.+)", word)
    if negated is not None and negated[1] in ANOMALOUS_WORDS | NORMAL_WORDS:
        return negated[1] in NORMAL_WORDS
    near = _closest(text)
    return None if near is None else near in ANOMALOUS_WORDS


def _closest(text: str) -> str | None:
    word = _folded(text)
    if word in NORMAL_WORDS | ANOMALOUS_WORDS:
        return word
    long = [known for known in (*NORMAL_WORDS, *ANOMALOUS_WORDS) if len(known) > 4] if len(word) > 4 else []
    near = difflib.get_close_matches(word, sorted(long), n=1, cutoff=CLOSE)
    return near[0] if near else None


def _is_slip(value: str) -> bool:
    if _folded(value) not in NORMAL_WORDS | ANOMALOUS_WORDS:
        return _closest(value) is not None
    first, *rest = value.lower().split()
    return bool(rest) and first not in ("no", "not", "non", "without")


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-]+", "", text.strip().lower())


def _number(value: str) -> float | None:
    if value.lower() in ("true", "false"):
        return float(value.lower() == "true")
    try:
        number = float(value)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _number_text(value: str) -> str:
    number = _number(value)
    return value.strip().lower() if number is None else repr(number)
