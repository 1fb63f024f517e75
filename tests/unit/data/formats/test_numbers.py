"""What a user loses when these fail: a number is read as another, or as none at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout import SHARED
from mtadgat.data.formats.numbers import refuse_unknown_words
from mtadgat.errors import DataError
from written_tables import ROWS, TIMES, lines, read, rows, texts

COMMA_SEPARATED = {";": ";", "tab": "\t", "|": "|"}


def column(*cells: str, delimiter: str = ";", **options: object) -> list[float]:
    """Return how cells are read that stand beside times."""
    body = [f"{time}{delimiter}{cell}" for time, cell in zip(TIMES, cells, strict=False)]
    frame, _ = read(lines(f"time{delimiter}value", *body), **options)
    values: list[float] = frame["value"].tolist()
    return values


def written(value: float, decimal: str, thousands: str) -> str:
    return f"{value:,.2f}".translate(str.maketrans({",": thousands, ".": decimal}))


@pytest.mark.parametrize("delimiter", COMMA_SEPARATED.values(), ids=COMMA_SEPARATED)
@pytest.mark.parametrize("digits", [1, 2, 4])
def test_decimal_comma_is_understood(delimiter: str, digits: int) -> None:
    comma, point = (
        read(lines(delimiter.join(["time", "a", "b"]), *rows(delimiter, sign, digits)))[0] for sign in (",", ".")
    )
    np.testing.assert_array_equal(comma[["a", "b"]], point[["a", "b"]])


def test_decimal_comma_is_said() -> None:
    assert "numbers are read with a decimal comma" in texts(read(lines("time;a;b", *rows(";", ",")))[1])


@settings(max_examples=25)
@given(
    values=st.lists(st.integers(-(10**8), 10**8).map(lambda cents: cents / 100), min_size=1, max_size=ROWS),
    signs=st.sampled_from([(".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (",", "\u00a0"), (".", "’")]),
)
def test_numbers_come_back_whatever_their_signs(values: list[float], signs: tuple[str, str]) -> None:
    decimal, thousands = signs
    cells = [written(value, decimal, thousands) for value in values]
    assert column(*cells, delimiter="\t") == pytest.approx(values)


@settings(max_examples=25)
@given(st.lists(st.integers(-(10**4), 10**4).map(lambda cents: cents / 100), min_size=2, max_size=ROWS))
def test_single_column_with_a_decimal_comma_is_one_column(values: list[float]) -> None:
    frame, _ = read(lines("flow", *(written(value, ",", ".") for value in values)))
    assert frame["flow"].tolist() == pytest.approx(values)


def test_single_column_without_a_name_may_have_a_decimal_comma() -> None:
    frame, notes = read(lines("10,00", "10,18", "9,05", "-0,50"))
    assert frame["feature_0"].tolist() == [10.0, 10.18, 9.05, -0.5]
    assert "decimal comma" in texts(notes)


def test_two_columns_of_whole_numbers_stay_two() -> None:
    assert read(lines(*(f"{row},{row * 7}" for row in range(ROWS))))[0].shape == (ROWS, 2)


def test_two_columns_that_may_be_one_are_doubtful_and_the_remedy_works() -> None:
    text = lines(*(f"{row},{row % 10}" for row in range(ROWS)))
    frame, notes = read(text)
    assert frame.shape == (ROWS, 2)
    assert notes.all[-1].doubtful
    assert "--decimal ," in notes.all[-1].text
    assert read(text, decimal=",")[0].iloc[:3, 0].tolist() == [0.0, 1.1, 2.2]


def test_comma_that_may_be_either_is_an_error_whose_remedies_work() -> None:
    cells = ['"1,234"', '"2,345"']
    with pytest.raises(DataError) as error:
        column(*cells, delimiter=",")
    assert str(error.value) == (
        "Expected one meaning of the comma in column 'value' of pump.csv; got '1,234', which may be a fraction or "
        "thousands. Say which: --decimal , or --thousands ,"
    )
    assert column(*cells, delimiter=",", decimal=",") == [1.234, 2.345]
    assert column(*cells, delimiter=",", thousands=",") == [1234, 2345]


def test_point_between_thousands_can_be_said() -> None:
    assert column("1.234", "12.345", thousands=".") == [1234, 12345]
    assert column("1.234", "12.345") == [1.234, 12.345]


def test_other_columns_tell_what_a_comma_means() -> None:
    assert read(lines("a,b", '"1,234",0.5'))[0]["a"].tolist() == [1234]
    assert read(lines("a;b", "1.234;0,5"))[0]["a"].tolist() == [1234]
    assert read(lines("a;b", "1,234;0,5"))[0]["a"].tolist() == [1.234]


def test_comma_beside_semicolons_is_a_decimal_sign_but_doubtful() -> None:
    frame, notes = read(lines("a;b", "1,234;2,345"))
    assert frame.iloc[0].tolist() == [1.234, 2.345]
    assert [note.doubtful for note in notes.all] == [True]


def test_numbers_that_go_on_with_a_comma_are_thousands() -> None:
    assert column("900", "950", '"1,000"', delimiter=",") == [900, 950, 1000]


@pytest.mark.parametrize("unit", ["%", "°C", "ms", "kg/m3", "m³/h", "KiB", "V", "l/min", "deg C", "µS/cm", "‰"])
@pytest.mark.parametrize("blank", ["", " "])
def test_one_unit_behind_all_numbers_is_left_out_and_said(unit: str, blank: str) -> None:
    frame, notes = read(lines("a,b", *(f"{row}.5{blank}{unit},1" for row in range(1, 4))))
    assert frame["a"].tolist() == [1.5, 2.5, 3.5]
    assert texts(notes) == f"column 'a': the unit {unit!r} is left out of its numbers"


def test_currency_before_numbers_is_left_out() -> None:
    assert column("€ 1.234,50", "€ 2,25") == [1234.5, 2.25]


def test_different_units_in_a_column_are_an_error() -> None:
    with pytest.raises(DataError, match=r"^Expected one unit in column 'value' of pump\.csv; got 'KiB', 'MiB'\."):
        column("10.5 KiB", "1.2 MiB")


def test_numbers_without_the_unit_of_the_others_are_doubtful() -> None:
    _, notes = read(lines("a,b", "1 W,1", "2,1", "3 W,1"))
    assert notes.all[-1].doubtful


def test_zero_needs_no_unit() -> None:
    frame, notes = read(lines("a,b", "1 B,1", "0,2", "3 B,1"))
    assert frame["a"].tolist() == [1, 0, 3]
    assert not notes.all[-1].doubtful


def test_numbers_that_a_spreadsheet_holds_as_text_are_numbers() -> None:
    assert column('="1.5"', '="2.5"') == [1.5, 2.5]


def test_decimal_comma_is_said_once() -> None:
    _, notes = read(lines("a;b", "1,5;?", "2,5;3,5"))
    assert texts(notes).count("decimal comma") == 1


@pytest.mark.parametrize("cell", ["1a", "M1", "10:30", "12 Jan 2024", "10 AM", "1.2.3", "2024-03-01", "a3f9"])
def test_other_text_is_no_number(cell: str) -> None:
    frame, notes = read(lines("a,b", f"{cell},1", "3c,1", f"{cell},1"))
    assert not pd.api.types.is_numeric_dtype(frame["a"])
    assert not notes.all


def test_minus_of_typography_is_understood() -> None:
    assert column("\u22121,5", "2,5") == [-1.5, 2.5]


WORDS = [
    *[
        "?",
        "undefined",
        "-",
        "--",
        "---",
        "n.a.",
        "missing",
        "(null)",
        "\\N",
        "NULL",
        "Null",
        "<NA>",
        "NaT",
        "",
        "****",
    ],
    *["Bad", "BAD INPUT", "Bad Input", "No Data", "NoData", "I/O Timeout", "Comm Fail", "Pt Created", "Shutdown"],
    *["[-11059] No Good Data For Calculation", "[-9406] No Data - point", "Scan Off", "unavailable", "1.#QNAN"],
    *["#N/A", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?"],
]


@pytest.mark.parametrize("word", WORDS)
def test_known_words_are_missing_values(word: str) -> None:
    assert column("1.5", word, "2.5") == pytest.approx([1.5, np.nan, 2.5], nan_ok=True)


def test_missing_words_are_counted() -> None:
    _, notes = read(lines("a,b", "1.5,Bad", "2.5,3", "?,Bad", "1.5,4"))
    assert texts(notes).splitlines() == [
        "column 'a': '?' in 1 row taken as missing values",
        "column 'b': 'Bad' in 2 rows taken as missing values",
    ]


def test_column_that_holds_a_missing_word_alone_is_missing() -> None:
    assert np.isnan(column("Bad", "Bad")).all()


@pytest.mark.parametrize("label", ["label", "attack", "state"])
def test_columns_of_labels_keep_their_words(label: str) -> None:
    frame, _ = read(lines(f"a,{label}", "1.5,None", "2.5,None"), label_column=label)
    assert frame[label].tolist() == ["None", "None"]


@pytest.mark.parametrize("name", ["label", "fault", "event", "y"])
def test_columns_that_may_be_labels_are_numbers_where_they_hold_some(name: str) -> None:
    frame, _ = read(lines(f"a,{name}", "1.5,2.5", "1.5,?", "1.5,3.5"))
    assert frame[name].tolist() == pytest.approx([2.5, np.nan, 3.5], nan_ok=True)
    assert read(lines(f"a,{name}", "1.5,-", "1.5,-"))[0][name].tolist() == ["-", "-"]


@pytest.mark.parametrize(
    ("words", "cell"),
    [("Foo", "Foo"), ("Foo,Bar", "Bar"), ('"Foo, Bar"', '"Foo, Bar"'), ("-999", "-999"), ("7", "7.0")],
)
def test_further_words_and_numbers_can_be_said(words: str, cell: str) -> None:
    frame, _ = read(lines("a,b", "1.5,1", f"{cell},1", "2.5,1"), missing_words=words)
    assert frame["a"].tolist() == pytest.approx([1.5, np.nan, 2.5], nan_ok=True)


def test_unknown_words_are_an_error_whose_remedy_works() -> None:
    text = lines("a,b", "1.5,1", '"Foo, Bar",1', "it's,1", "2.5,1")
    with pytest.raises(DataError) as error:
        refuse_unknown_words(read(text)[0][["a"]], "pump.csv", "--ignore-columns a")
    option = "--missing-words '\"Foo, Bar\",it'\"'\"'s'"
    assert str(error.value) == (
        "Expected numbers in each row of columns that hold mostly numbers in pump.csv; "
        "got 'a' holds 'Foo, Bar', \"it's\". "
        f"Where they stand for a missing value, say so: {option}. "
        "Else correct them, or leave the columns out: --ignore-columns a."
    )
    assert read(text, missing_words='"Foo, Bar",it\'s')[0]["a"].isna().tolist() == [False, True, True, False]


def test_columns_of_words_are_not_blamed_for_them() -> None:
    refuse_unknown_words(read(lines("a,b", "x1,1", "x2,1", "3,1"))[0][["a"]], "pump.csv", "--ignore-columns a")


@pytest.mark.parametrize("sentinel", ["-999", "9999", "-9999.0", "-999.25", "1e+30", "65535"])
def test_repeated_number_far_from_all_others_is_doubtful(sentinel: str) -> None:
    cells = [*(f"{10 + row / 7:.3f}" for row in range(20)), sentinel, sentinel]
    frame, notes = read(lines("a,b", *(f"{cell},1.5" for cell in cells)))
    assert frame["a"].notna().all()
    assert [note.doubtful for note in notes.all] == [True]
    option = notes.all[0].text.rpartition("--missing-words ")[2]
    assert read(lines("a,b", *(f"{cell},1.5" for cell in cells)), missing_words=option)[0]["a"].isna().sum() == 2


@pytest.mark.parametrize("cells", [["-999", "1", "2"], ["9999", "9999", "8000", "5000"], ["99", "99", "98", "0"]])
def test_numbers_that_a_sensor_may_show_are_not_doubted(cells: list[str]) -> None:
    assert not read(lines("a,b", *(f"{cell},1.5" for cell in cells)))[1].all


@pytest.mark.parametrize(("file", "missing"), [("historian", 2), ("panel", 1), ("questmark", 2)])
def test_public_exports_with_missing_words_are_read(file: str, missing: int) -> None:
    path = SHARED / "cases" / "reading" / "missing_words" / f"{file}.csv"
    if not path.is_file():
        pytest.skip(f"the export is absent: no file {path}")
    assert read(path.read_bytes())[0].isna().sum().sum() == missing
