"""Options that the questions of analysis share, and how their answers are printed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bhxh_forecast.cli.app import answer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.reporting.answers import Answer

WIDTH = 160  # of text that goes to a file or another program
World = Annotated[str, typer.Option("--world", metavar="W", help="External conditions.")]
Draws = Annotated[int, typer.Option("--draws", min=2, help="Simulated draws.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the random numbers.")]
Until = Annotated[int, typer.Option("--until", help="Last year of the projection.")]
Base = Annotated[
    str,
    typer.Option(
        "--base", metavar="B", help="Denominator, or as_written (of the plan), as_reported (of the city)."
    ),
]
Plot = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE.png|svg", help="Also draw the picture into a file.")
]


def say(words: Answer) -> None:
    """Print an answer in words."""
    typer.echo(words.text(None if sys.stdout.isatty() else WIDTH), nl=False)


def give(content: dict[str, Any], as_json: bool, words: Answer) -> None:
    """Print an answer as one object or in words."""
    if as_json:
        answer(content)
    else:
        say(words)


def draw(path: Path | None, figure: Figure | None) -> None:
    """Write a picture, complete or not at all."""
    if path is None or figure is None:
        return
    from bhxh_forecast.batch.files import write_atomic
    from bhxh_forecast.errors import InputError
    from bhxh_forecast.reporting.blocks import png_of, svg_of

    if path.suffix not in (".png", ".svg"):
        raise InputError.of("plot", "--plot", repr(path.name), "a name ending in .png or .svg")
    write_atomic(path, png_of(figure) if path.suffix == ".png" else svg_of(figure).encode("utf-8"))
