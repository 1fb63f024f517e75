"""Job: the command line inside a job on Databricks, where a failure has to be recorded by the job itself."""

from __future__ import annotations

import click

from mtadgat.cli import main


def job() -> None:
    """Run the command line, and end quietly where it succeeds: the driver takes any SystemExit for a failure.

    Raises:
        SystemExit: the command failed; the project's run is marked as failed and holds the reason.
    """
    try:
        main(prog_name="mtadgat", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        _record(error.format_message())
        raise SystemExit(error.exit_code) from None
    except BaseException as error:
        _record(f"{type(error).__name__}: {error}")
        raise


def _record(reason: str) -> None:
    from mtadgat.integrations.databricks.failed_job import fail_unfinished_run

    fail_unfinished_run(reason)
