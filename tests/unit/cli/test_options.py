"""The command line says what the declarations say, and builds requests from every spelling."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from mtadgat.cli import main
from mtadgat.cli.options import command
from mtadgat.config import DetectorConfig
from mtadgat.config.parameter import declared
from mtadgat.config.requests import EvaluateRequest, PredictRequest, RunRequest, TrainRequest


class Heard:
    """A main command whose work is to remember the request."""

    def __init__(self, kind: type) -> None:
        self.requests: list[object] = []
        work = command(kind, self.hear)
        self.group = click.Group(commands=[work], context_settings=main.context_settings)
        self.group.__class__ = type(main)
        self.name = str(work.name)

    def hear(self, request: object) -> str:
        self.requests.append(request)
        return ""

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(self.group, [self.name, *words])


def test_help_lists_every_parameter_with_its_default_under_its_group() -> None:
    text = CliRunner().invoke(main, ["train", "--help"], terminal_width=200).output
    for known in declared(DetectorConfig).values():
        assert f"--{known.option} " in text
        assert f"{known.heading}:" in text
        assert known.parameter.help in text
    assert "[default: 0.001]" in text
    assert "lookback" not in text


def test_help_answers_without_torch_numpy_or_mlflow() -> None:
    code = (
        "import sys\nfrom mtadgat.cli import main\n"
        "try: main(['train', '--help'])\nexcept SystemExit: pass\n"
        "print({'torch', 'numpy', 'pandas', 'mlflow'} & set(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "set()"


@pytest.mark.parametrize(
    "words",
    [
        ["--window", "50", "--learning-rate", "0.01"],
        ["--window_size", "50", "--learning_rate", "0.01"],
        ["--lookback=50", "--init_lr=0.01"],
        ["--window-size=50", "--init-lr", "1e-2"],
    ],
)
def test_every_spelling_means_the_same_parameter(words: list[str]) -> None:
    heard = Heard(TrainRequest)
    assert heard(*words).exit_code == 0
    (request,) = heard.requests
    assert isinstance(request, TrainRequest)
    assert request.detector == DetectorConfig(window=50, learning_rate=0.01)


def test_legacy_switches_are_translated() -> None:
    heard = Heard(RunRequest)
    ended = heard("--use_gatv2", "False", "--use_cuda", "false", "--use_mov_av", "true", "--patience", "None")
    assert ended.exit_code == 0
    (request,) = heard.requests
    assert isinstance(request, RunRequest)
    assert (request.detector.attention, request.detector.device, request.detector.smoothing) == ("gat", "cpu", 1280)


def test_values_may_hold_spaces() -> None:
    heard = Heard(TrainRequest)
    heard("--fpath", "my data/pump 1.csv")
    (request,) = heard.requests
    assert isinstance(request, TrainRequest)
    assert request.data.fpath == "my data/pump 1.csv"


def test_a_yaml_file_sets_parameters_and_the_command_line_wins(tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("lookback: 40\nepochs: 3\nshuffle: no\noutput: other.csv\n")
    heard = Heard(TrainRequest)
    assert heard("--config", str(settings), "--window", "60").exit_code == 0
    (request,) = heard.requests
    assert isinstance(request, TrainRequest)
    assert request.detector == DetectorConfig(window=60, epochs=3, shuffle=False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("windw: 3", "windw: no such parameter"),
        ("- 3", "expected `name: value` lines"),
        ("a: [1", "text that does not parse"),
        ("window: {a: 1}", "expected one plain value for each name"),
        (None, "expected a YAML file that can be read"),
    ],
)
def test_a_yaml_file_that_cannot_be_used_is_a_clear_error(tmp_path: Path, content: str | None, message: str) -> None:
    settings = tmp_path / "settings.yaml"
    if content is not None:
        settings.write_text(content)
    ended = Heard(TrainRequest)("--config", str(settings))
    assert ended.exit_code == 2
    assert message in ended.output
    assert "Traceback" not in ended.output


def test_all_faults_of_all_sections_are_told_together() -> None:
    ended = Heard(TrainRequest)("--window", "1", "--layout", "odd", "--bs", "x", "--epochs", "3", "--epochs", "4")
    assert ended.exit_code == 2
    for fault in ("window: expected an integer of at least 2", "layout: expected one of", "batch-size: expected an"):
        assert fault in ended.output


def test_one_parameter_under_two_spellings_is_refused() -> None:
    ended = Heard(TrainRequest)("--window", "10", "--lookback", "20")
    assert ended.exit_code == 2
    assert "given twice" in ended.output


@pytest.mark.parametrize("kind", [EvaluateRequest, PredictRequest])
def test_only_changes_that_were_typed_reach_a_trained_detector(kind: type) -> None:
    heard = Heard(kind)
    assert heard("--q", "0.0001", "--level", "0.98").exit_code == 0
    (request,) = heard.requests
    assert isinstance(request, EvaluateRequest | PredictRequest)
    assert {**request.detection.values, **request.compute.values} == {"pot_q": 0.0001, "pot_level": 0.98}


def test_choices_are_completed() -> None:
    option = next(known for known in main.commands["train"].params if known.name == "scaling")
    context = click.Context(main.commands["train"])
    assert [item.value for item in option.type.shell_complete(context, option, "mi")] == ["minmax"]
