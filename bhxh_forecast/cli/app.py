"""The commands and what they share."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="bhxh",
    help="Forecasts of social-insurance coverage, the odds of reaching targets, and the budget it takes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
AsOf = Annotated[
    Any,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD",
        parser=lambda text: _day(text),
        help="Know only what was published or enacted by this day. Default: the newest in the data.",
    ),
]


class Lang(StrEnum):
    """Language of an answer."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True)
class Shared:
    """Options that stand before the command."""

    data: Path


@app.callback()
def _shared(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Data folder. Default: data/ of the project.")
    ] = None,
) -> None:
    from bhxh_forecast.batch.context import home

    context.obj = Shared(data or home() / "data")


def command() -> Any:
    """Return the command with all its sub-commands."""
    from bhxh_forecast.cli import (  # noqa: F401  # they add themselves
        backtest,
        calibrate,
        check,
        explain,
        explore,
        population,
        query,  # questions to all runs
        questions,
        run,
        scenario,
    )

    return typer.main.get_command(app)


def answer(content: Any) -> None:
    """Print one JSON object."""
    json.dump(content, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day like 2026-07-15") from None
