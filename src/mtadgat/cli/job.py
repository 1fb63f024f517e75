"""Job: the command line inside a job on Databricks, which has to record its failure itself."""

from __future__ import annotations

import click

from mtadgat.cli import main


def job() -> None:
    """Run the command line, and return if it succeeds: the driver treats every SystemExit as a failure.

    Raises:
        SystemExit: the command failed; the project's run is marked as failed, with the reason as a tag.
    """
    try:
        main(prog_name="mtadgat", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        _record_failure(error.format_message())
        raise SystemExit(error.exit_code) from None
    except BaseException as error:
        _record_failure(f"{type(error).__name__}: {error}")
        raise


def _record_failure(reason: str) -> None:
    from mtadgat.integrations.databricks.failed_job import fail_unfinished_run

    fail_unfinished_run(reason)
