"""``bhxh reach``: what would it take."""

from __future__ import annotations

from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Json, Lang, app
from bhxh_forecast.cli.asked import (
    Base,
    Draws,
    Levers,
    Plot,
    Scenario,
    Seed,
    Until,
    Worded,
    World,
    Year,
    draw,
    give,
    known,
    limits_of,
)


@app.command()
def reach(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="si_coverage, vsi_coverage ...")],
    lever: Levers = None,
    year: Year = 2030,
    base: Base = "as_written",
    probability: Annotated[float, typer.Option(metavar="P", help="What is asked for, 0-1.")] = 0.8,
    minimise: Annotated[str, typer.Option(metavar="cost|LEVER", help="What is to be least.")] = "cost",
    required: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Another share than the plan's, 0-1.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM", help="First month; default: the month after as-of."),
    ] = None,
    scenario: Scenario = "current_policy",
    world: World = "reference",
    draws: Draws = 8192,
    seed: Seed = 20181116,
    samples: Annotated[
        int,
        typer.Option(
            min=1,
            max=16,
            help="Conditioned samples that share the draws; four halve the simulation error (each is made once).",
        ),
    ] = 1,
    as_of: AsOf = None,
    until: Until = 2030,
    lang: Worded = Lang.EN,
    plot: Plot = None,
    as_json: Json = False,
) -> None:
    """Find the least cost, or the least of a lever, that makes a target as likely as asked."""
    from bhxh_forecast.analysis.reach import reach as found_by
    from bhxh_forecast.inputs import load_scenario, load_world
    from bhxh_forecast.reporting.answers_reach import reach_answer
    from bhxh_forecast.reporting.figures.reach import frontier

    inputs = known(context, as_of)
    chosen = load_scenario(scenario, inputs)
    found = found_by(
        target,
        year=year,
        base=base,
        probability=probability,
        levers=limits_of(lever or [], chosen, inputs),
        minimise=minimise,
        required=required,
        scenario=chosen,
        world=load_world(world, inputs),
        start=start,
        draws=draws,
        seed=seed,
        samples=samples,
        until=until,
        inputs=inputs,
    )
    draw(plot, frontier(found, inputs.levers, lang.value) if plot else None)
    give(found.as_dict(), as_json, reach_answer(found, inputs.levers, lang.value))
