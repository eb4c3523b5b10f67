"""``bhxh targets``: odds, dates, distances and yearly paths of the plan's targets."""

from __future__ import annotations

from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Json, Lang, app
from bhxh_forecast.cli.asked import Base, Draws, Plot, Seed, Until, Worded, World, Year, draw, give, known


@app.command()
def targets(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO|FILE.yaml|A+B")] = "current_policy",
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="TARGET", help="Repeat for several; default: all with figures."),
    ] = None,
    year: Year = 2030,
    base: Base = "as_written",
    world: World = "reference",
    draws: Draws = 10_000,
    seed: Seed = 20181116,
    as_of: AsOf = None,
    until: Until = 2030,
    lang: Worded = Lang.EN,
    plot: Plot = None,
    as_json: Json = False,
) -> None:
    """Print the targets' odds, when each is first reached, how far it is, and the path of yearly targets."""
    from bhxh_forecast.analysis.outlook import outlook
    from bhxh_forecast.inputs import load_scenario, load_world
    from bhxh_forecast.reporting.answers_outlook import outlook_answer
    from bhxh_forecast.reporting.figures.outlook import reached_by
    from bhxh_forecast.simulation import simulate

    inputs = known(context, as_of)
    run = simulate(
        load_scenario(scenario, inputs),
        world=load_world(world, inputs),
        draws=draws,
        seed=seed,
        until=max(until, year),
        inputs=inputs,
    )
    look = outlook(run, year=year, base=base, targets=tuple(target or ()))
    draw(plot, reached_by(look, lang.value) if plot else None)
    give(look.as_dict(), as_json, outlook_answer(look, lang.value))
