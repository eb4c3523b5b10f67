"""``bhxh sensitivity``, ``robustness`` and ``information``: what matters, what holds, what to find out first."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Json, Lang, app
from bhxh_forecast.cli.asked import (
    Base,
    Draws,
    Levers,
    Plot,
    Scenario,
    Scenarios,
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
from bhxh_forecast.errors import InputError


class Picture(StrEnum):
    """Which picture."""

    TORNADO = "tornado"
    HEAT = "heat"


@app.command()
def sensitivity(
    context: typer.Context,
    target: Annotated[
        list[str] | None, typer.Argument(metavar="[TARGET]...", help="Default: all with figures.")
    ] = None,
    lever: Levers = None,
    base: Base = "as_written",
    scenario: Scenario = "current_policy",
    world: World = "reference",
    draws: Draws = 8192,
    seed: Seed = 20181116,
    as_of: AsOf = None,
    until: Until = 2030,
    lang: Worded = Lang.EN,
    plot: Plot = None,
    picture: Annotated[Picture, typer.Option(help="Of the first target, or of all.")] = Picture.TORNADO,
    as_json: Json = False,
) -> None:
    """Find what moves the targets in every year (Sobol, rank correlations, odds at both ends) and when each fails.

    With --lever: how much of the spread each lever makes beside all uncertainties together.
    """
    from bhxh_forecast.analysis.discovery import discover
    from bhxh_forecast.analysis.lever_sensitivity import DRAWS as MOST
    from bhxh_forecast.analysis.lever_sensitivity import lever_sensitivity
    from bhxh_forecast.analysis.sensitivity import sensitivity as found_by
    from bhxh_forecast.inputs import load_scenario, load_world
    from bhxh_forecast.reporting.answers_levers import levers_answer
    from bhxh_forecast.reporting.answers_sensitivity import SensitivityWords
    from bhxh_forecast.reporting.figures.sensitivity import heat_map, tornado
    from bhxh_forecast.simulation import simulate

    inputs = known(context, as_of)
    chosen, place = load_scenario(scenario, inputs), load_world(world, inputs)
    if lever:
        if plot:
            raise InputError.of("bhxh sensitivity", "--plot", repr(plot.name), "no picture with --lever")
        shares = lever_sensitivity(
            limits_of(lever, chosen, inputs), tuple(target or ()), base=base, scenario=chosen, world=place,
            draws=min(draws, MOST), seed=seed, until=until, inputs=inputs,
        )  # fmt: skip
        give(shares.as_dict(), as_json, levers_answer(shares, inputs, lang.value))
        return
    run = simulate(chosen, world=place, draws=draws, seed=seed, until=until, inputs=inputs)
    found = found_by(tuple(target or ()), base=base, projection=run)
    last = SensitivityWords(found, (), inputs, lang.value).last()
    boxes = tuple(discover(run, goal.target, year=goal.year, base=goal.base) for goal in last)
    words = SensitivityWords(found, boxes, inputs, lang.value)
    if plot and not last:
        raise InputError.of("bhxh sensitivity", "--until", str(until), "a year with a target of the plan")
    draw(
        plot, None if not plot else tornado(words, last[0]) if picture is Picture.TORNADO else heat_map(words)
    )
    give(found.as_dict() | {"discovery": [box.as_dict() for box in boxes]}, as_json, words.answer())


@app.command()
def robustness(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET")] = "vsi_coverage",
    scenario: Scenarios = None,
    world: Annotated[
        list[str] | None, typer.Option(metavar="W", help="Repeat for several; default: all.")
    ] = None,
    year: Year = 2030,
    base: Base = "as_written",
    draws: Draws = 2048,
    seed: Seed = 20181116,
    as_of: AsOf = None,
    until: Until = 2030,
    lang: Worded = Lang.EN,
    as_json: Json = False,
) -> None:
    """Compare scenarios under every world: odds, largest regret, what holds everywhere."""
    from bhxh_forecast.analysis.robustness import robustness as found_by
    from bhxh_forecast.inputs import load_scenario, load_world
    from bhxh_forecast.reporting.answers_robustness import robustness_answer

    inputs = known(context, as_of)
    found = found_by(
        target,
        year=year,
        base=base,
        scenarios=scenario or (),
        worlds=world or (),
        draws=draws,
        seed=seed,
        until=until,
        inputs=inputs,
    )
    scenarios = {name: load_scenario(name, inputs).title for name in set(found.cells["scenario"])}
    worlds = {name: load_world(name, inputs).title for name in set(found.cells["world"])}
    give(found.as_dict(), as_json, robustness_answer(found, scenarios, worlds, lang.value))


@app.command()
def information(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET")] = "vsi_coverage",
    scenario: Scenarios = None,
    price: Annotated[
        float | None,
        typer.Option(metavar="VND", help="For a paid person-year; default: where the choice is most open."),
    ] = None,
    world: World = "reference",
    draws: Draws = 4096,
    seed: Seed = 20181116,
    as_of: AsOf = None,
    until: Until = 2030,
    lang: Worded = Lang.EN,
    as_json: Json = False,
) -> None:
    """Say which missing figure or assumption is worth finding out first (EVPPI)."""
    from bhxh_forecast.analysis.information import information as found_by
    from bhxh_forecast.inputs import load_scenario
    from bhxh_forecast.reporting.answers_robustness import information_answer

    inputs = known(context, as_of)
    found = found_by(
        target,
        price=price,
        scenarios=scenario or (),
        world=world,
        draws=draws,
        seed=seed,
        until=until,
        inputs=inputs,
    )
    titles = {name: load_scenario(name, inputs).title for name in found.options["scenario"]}
    give(found.as_dict(), as_json, information_answer(found, titles, lang.value))
