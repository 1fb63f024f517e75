"""The command line: ``mtadgat COMMAND``."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from mtadgat import __version__
from mtadgat.cli.commands import ENTRY_POINTS, compare
from mtadgat.cli.doctor import doctor
from mtadgat.errors import MtadGatError


class UserFacingError(click.ClickException):
    """An error of ours as click shows it: a message, no traceback."""

    def __init__(self, error: MtadGatError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code


class ErrorTranslatingGroup(click.Group):
    """A group that lists commands in the order of work, and ends with a message where they raise an error of ours."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MtadGatError as error:
            raise UserFacingError(error) from error


@click.group(
    cls=ErrorTranslatingGroup,
    commands=[*ENTRY_POINTS, compare, doctor],
    context_settings={
        "token_normalize_func": lambda name: name.replace("_", "-"),
        "help_option_names": ["-h", "--help"],
        "max_content_width": 110,
    },
)
@click.version_option(__version__, prog_name="mtadgat")
def main() -> None:
    """Find anomalies in multivariate time series with MTAD-GAT, and record everything in MLflow.

    Names of options may be written with - or _. Parameters of a YAML file given with --config are
    overruled by the command line.
    """
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING)
    logging.getLogger("mtadgat").setLevel(logging.INFO)
