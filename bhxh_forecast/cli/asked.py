"""Options that the questions of analysis share, and how their answers are printed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bhxh_forecast.cli.app import Lang, Shared, answer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.inputs import Inputs
    from bhxh_forecast.inputs import Scenario as Loaded
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
Year = Annotated[int, typer.Option("--year", help="Year of the target, judged on 31 December.")]
Scenario = Annotated[
    str, typer.Option("--scenario", metavar="SCENARIO|FILE.yaml|A+B", help="What is looked at.")
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario", metavar="SCENARIO", help="Repeat for several; default: all that a city can choose."
    ),
]
Levers = Annotated[
    list[str] | None,
    typer.Option(
        "--lever",
        metavar="NAME[=LO:HI]",
        help="A lever and its limits, one to three of them; without limits: from today's value to the register's.",
    ),
]
Worded = Annotated[Lang, typer.Option("--lang", help="Language of the answer.")]


def _picture(path: Path | None) -> Path | None:
    """Refuse a picture that cannot be written before anything is computed."""
    from bhxh_forecast.errors import InputError

    if path is not None and path.suffix not in (".png", ".svg"):
        raise InputError.of("plot", "--plot", repr(path.name), "a name ending in .png or .svg")
    return path


Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot", metavar="FILE.png|svg", callback=_picture, help="Also draw the picture into a file."
    ),
]


def known(context: typer.Context, as_of: Any) -> Inputs:
    """The data that a question is asked of."""
    from bhxh_forecast.inputs import load_inputs

    shared: Shared = context.obj
    return load_inputs(shared.data, as_of=as_of)


def limits_of(texts: list[str], scenario: Loaded, inputs: Inputs) -> dict[str, tuple[float, float]]:
    """Limits of levers as written, or from today's value to the register's."""
    from bhxh_forecast.analysis.story import LIMIT, limits
    from bhxh_forecast.errors import InputError

    if not texts:
        ready = [name.removeprefix(LIMIT) for name in inputs.register if name.startswith(LIMIT)]
        allowed = f"one to three, such as --lever {ready[0]}, of {', '.join(ready)}; any other as NAME=LO:HI"
        raise InputError.of("question", "--lever", "none", allowed)
    found: dict[str, tuple[float, float]] = {}
    for text in texts:
        name, given, pair = text.partition("=")
        low, _, high = pair.partition(":")
        if not given:
            found |= limits([name], scenario, inputs)
            continue
        try:
            found[name] = (float(low), float(high))
        except ValueError:
            raise InputError.of("question", "--lever", repr(text), "NAME=LO:HI with two numbers") from None
    return found


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
    from bhxh_forecast.reporting.blocks import png_of, svg_of

    write_atomic(path, png_of(figure) if path.suffix == ".png" else svg_of(figure).encode("utf-8"))
