"""Predictions go to files on every machine, and to tables where a store has them; never over what they come from."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from mtadgat.config import DataConfig
from mtadgat.data.output import Output, check_page
from mtadgat.data.splits import Splits
from mtadgat.errors import DataError

TABLE = pd.DataFrame({"row": [0, 1], "score": [0.5, 2.5], "threshold": [2.0, 2.0], "is_anomaly": [False, True]})


def test_a_file_is_written(tmp_path: Path) -> None:
    output = Output(str(tmp_path / "p.parquet"))
    output.check()
    output.write(TABLE)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "p.parquet"), TABLE)
    assert output.file_name == "p.parquet"


def test_a_table_without_spark_is_refused_before_any_work() -> None:
    output = Output("main.plant.predictions")
    with pytest.raises(DataError) as error:
        output.check()
    assert str(error.value) == (
        "Expected an output name that ends in .csv or .parquet where no Spark session runs; "
        "got the table main.plant.predictions. Rename --output, or run on a cluster, such as with -b databricks."
    )
    with pytest.raises(DataError, match="Rename --output"):
        output.write(TABLE)
    assert output.file_name == "predictions.csv"


def test_a_name_that_is_neither_says_how_tables_are_named() -> None:
    with pytest.raises(DataError, match=r"Rename --output\. On a cluster it may be a table: catalog\.schema\.table\."):
        Output("plant.predictions").check()


ROWS = "timestamp,a,label\n2024-01-01,1,0\n2024-01-02,2,0\n2024-01-03,3,1\n"


def spelled_relative(file: Path) -> str:
    return os.path.relpath(file)


def spelled_with_dots(file: Path) -> str:
    return f"{file.parent}/../{file.parent.name}/{file.name}"


def spelled_as_url(file: Path) -> str:
    return file.as_uri()


def spelled_as_link(file: Path) -> str:
    link = file.with_name("link.csv")
    link.symlink_to(file)
    return str(link)


def spelled_as_hard_link(file: Path) -> str:
    link = file.with_name("twin.csv")
    link.hardlink_to(file)
    return str(link)


def spelled_through_a_linked_folder(file: Path) -> str:
    folder = file.parent.with_name("linked")
    folder.symlink_to(file.parent)
    return str(folder / file.name)


SPELLINGS = (
    str,
    spelled_relative,
    spelled_with_dots,
    spelled_as_url,
    spelled_as_link,
    spelled_as_hard_link,
    spelled_through_a_linked_folder,
)


def folder_of(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "data"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(ROWS)
    return folder


def check(fpath: str, output: str, **options: str) -> None:
    Output(output).check(Splits(DataConfig(fpath=fpath, **options)))


@pytest.mark.parametrize(
    ("read_as", "written_as"), [*product(SPELLINGS, SPELLINGS[:4]), *product(SPELLINGS[:4], SPELLINGS[4:])]
)
def test_an_output_is_never_the_input_however_both_are_spelled(
    read_as: Callable[[Path], str], written_as: Callable[[Path], str], tmp_path: Path
) -> None:
    file = folder_of(tmp_path, "d.csv") / "d.csv"
    fpath, output = read_as(file), written_as(file)
    with pytest.raises(DataError) as error:
        check(fpath, output)
    assert str(error.value) == (
        f"Expected a --output that is no file of the data; got {output}, from which {fpath} is read. "
        "Choose another --output."
    )
    assert file.read_text() == ROWS


@pytest.mark.parametrize(
    ("names", "read", "output"),
    [
        (["train.csv", "test.csv", "labels.csv"], "", "train.csv"),
        (["train.csv", "test.csv", "labels.csv"], "", "labels.csv"),
        (["m1/train.csv", "m2/train.csv"], "m1", "m1/train.csv"),
        (["train/m.csv", "test/m.csv", "test_label/m.csv"], "test/m.csv", "test_label/m.csv"),
        (["train/m.csv", "test/m.csv", "labeled_anomalies.csv"], "", "labeled_anomalies.csv"),
        (["d.csv/part-0.csv", "d.csv/part-1.csv"], "d.csv", "d.csv/part-1.csv"),
        (["a.csv", "b.csv"], "", "b.csv"),
        (["D.CSV"], "D.CSV", "D.CSV"),
    ],
)
def test_an_output_is_none_of_the_files_that_are_read(
    names: list[str], read: str, output: str, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, *names)
    with pytest.raises(DataError, match="Expected a --output that is no file of the data; got"):
        check(str(folder / read), str(folder / output))


@pytest.mark.parametrize(
    ("names", "read", "output"),
    [
        (["a.csv", "b.csv"], "", "predictions.csv"),
        (["a.csv", "b.csv"], "", "new/predictions.parquet"),
        (["train.csv", "test.csv"], "", "new.csv"),
        (["train.csv", "test.csv"], "", "train.parquet"),
        (["train/m.csv", "test/m.csv"], "", "test/predictions.csv"),
        (["d.csv/part-0.csv", "d.csv/part-1.csv"], "d.csv", "d.csv/predictions.csv"),
    ],
)
def test_an_output_that_would_be_read_as_data_the_next_time_is_an_error(
    names: list[str], read: str, output: str, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, *names)
    with pytest.raises(DataError, match="which would be read as data the next time"):
        check(str(folder / read), str(folder / output))


@pytest.mark.parametrize(
    ("names", "read", "output"),
    [
        (["d.csv"], "d.csv", "predictions.csv"),
        (["train.csv", "test.csv"], "", "predictions.csv"),
        (["train.csv", "test.csv", "predictions.csv"], "", "predictions.csv"),
        (["train/m.csv", "test/m.csv"], "", "results/predictions.csv"),
        (["a.csv", "b.csv"], "", "../predictions.csv"),
        (["a.csv", "b.csv"], "", ".predictions/p.csv"),
    ],
)
def test_an_output_that_changes_nothing_of_the_data_may_lie_beside_them(
    names: list[str], read: str, output: str, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, *names)
    check(str(folder / read), str(folder / output))


def test_an_output_that_is_a_folder_is_an_error_with_a_name_that_works(tmp_path: Path) -> None:
    folder = tmp_path / "my results.csv"
    folder.mkdir()
    for url in (str(folder), f"{folder}/", f"file://{folder}"):
        with pytest.raises(DataError) as error:
            Output(url).check()
        assert f"Expected a file for --output; got the folder {url}." in str(error.value)
        Output(shlex.split(error.value.remedy)[-1]).check()


def test_the_folders_of_an_output_are_made(tmp_path: Path) -> None:
    for url in (
        str(tmp_path / "a" / "b" / "p.csv"),
        (tmp_path / "c" / "d" / "p.parquet").as_uri(),
        "memory://e/f/p.csv",
    ):
        output = Output(url)
        output.check()
        output.write(TABLE)
    assert (tmp_path / "a" / "b" / "p.csv").is_file()
    assert (tmp_path / "c" / "d" / "p.parquet").is_file()


def test_an_output_below_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(ROWS)
    with pytest.raises(DataError, match=r"Expected a folder for --output .*; got .*d\.csv, a file\. Choose another"):
        Output(str(tmp_path / "d.csv" / "p.csv")).check()


@pytest.mark.parametrize("name", ["main.plant.pump", "`main`.plant.`pump`", "Main.Plant.PUMP"])
def test_the_table_that_is_read_is_not_written(name: str) -> None:
    with pytest.raises(DataError) as error:
        Output(name).check(Splits(DataConfig(fpath="main.plant.pump")))
    assert str(error.value) == (
        f"Expected an --output that is not the table of the data; got {name}, which is read. Choose another --output."
    )


@pytest.mark.parametrize("option", ["report", "output"])
def test_a_page_is_neither_an_input_nor_a_folder_nor_anything_but_a_page(option: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "d.csv")
    scores = tmp_path / "scores.html"
    scores.write_text("score\n1\n")
    assert check_page(str(tmp_path / "new" / "r.html"), option) == tmp_path / "new" / "r.html"
    for path, told in (
        (folder, "the folder"),
        (folder / "d.csv", f"a name for --{option} that ends in .html or .htm"),
        ("s3://bucket/r.html", "a file on this machine"),
        (scores.as_uri(), "which is read"),
    ):
        with pytest.raises(DataError, match=told):
            check_page(str(path), option, [str(scores)])
    (folder / "odd.html").write_text(ROWS)
    with pytest.raises(DataError, match=f"a --{option} that is no file of the data"):
        check_page(str(folder / "odd.html"), option, splits=Splits(DataConfig(fpath=str(folder / "odd.html"))))
