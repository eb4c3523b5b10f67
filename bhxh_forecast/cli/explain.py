"""``bhxh explain``: how one figure comes about, down to people, law and data."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Json, Lang, Shared, answer, app


class Part(StrEnum):
    """What kind of figure."""

    BUDGET = "budget"
    COVERAGE = "coverage"


@app.command()
def explain(
    context: typer.Context,
    part: Annotated[Part, typer.Argument(help="A budget programme, or a coverage series.")],
    what: Annotated[str, typer.Argument(metavar="PROGRAMME|SERIES", help="vsi_state_support, vsi_share ...")],
    year: Annotated[int, typer.Argument(metavar="YEAR")],
    scenario: Annotated[str, typer.Option(metavar="SCENARIO|FILE.yaml|A+B")] = "current_policy",
    world: Annotated[str, typer.Option(metavar="W", help="External conditions.")] = "reference",
    draws: Annotated[int, typer.Option(help="Simulated draws.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.")] = 20181116,
    as_of: AsOf = None,
    lang: Annotated[Lang, typer.Option(help="Language of the explanation.")] = Lang.EN,
    as_json: Json = False,
) -> None:
    """Print how a figure comes about: people x months x base x share, with the rows of law and data."""
    from bhxh_forecast.inputs import load_inputs, load_scenario, load_world

    shared: Shared = context.obj
    inputs = load_inputs(shared.data, as_of=as_of)
    found = import_module("bhxh_forecast.analysis.explain").explain(
        part.value,
        what,
        year,
        scenario=load_scenario(scenario, inputs),
        world=load_world(world, inputs),
        draws=draws,
        seed=seed,
        inputs=inputs,
    )
    if as_json:
        answer(found.as_dict())
    else:
        typer.echo(found.text(lang.value))
