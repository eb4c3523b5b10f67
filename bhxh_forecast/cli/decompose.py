"""``bhxh decompose``: what each part of a scenario or world contributes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Json, Lang, app
from bhxh_forecast.cli.asked import Base, Draws, Plot, Seed, Until, Worded, World, Year, draw, give, known


class Measure(StrEnum):
    """What the picture shows."""

    SHARE = "share"
    PROBABILITY = "probability"
    COST = "cost"
    PAID = "paid"


@app.command()
def decompose(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SCENARIO|FILE.yaml|A+B|WORLD")],
    target: Annotated[str, typer.Option(metavar="TARGET", help="Share that is watched.")] = "vsi_coverage",
    year: Year = 2030,
    base: Base = "as_written",
    world: World = "reference",
    draws: Draws = 4096,
    seed: Seed = 20181116,
    as_of: AsOf = None,
    until: Until = 2030,
    lang: Worded = Lang.EN,
    plot: Plot = None,
    measure: Annotated[Measure, typer.Option(help="What the picture shows.")] = Measure.SHARE,
    as_json: Json = False,
) -> None:
    """Take a scenario apart into its lever and law groups, or a world into its assumptions."""
    from bhxh_forecast.analysis.decompose import decompose as found_by
    from bhxh_forecast.inputs import load_world
    from bhxh_forecast.reporting.answers_decompose import decomposition_answer
    from bhxh_forecast.reporting.figures.decompose import waterfall

    inputs = known(context, as_of)
    found = found_by(
        name,
        target=target,
        year=year,
        base=base,
        world=load_world(world, inputs),
        draws=draws,
        seed=seed,
        until=until,
        inputs=inputs,
    )
    draw(plot, waterfall(found, inputs, lang.value, measure.value) if plot else None)
    give(found.as_dict(), as_json, decomposition_answer(found, inputs, lang.value))
