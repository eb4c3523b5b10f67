"""``bhxh explain``: what a budget or coverage figure is made of, and what it rests on."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Json, Lang, Shared, answer, app

WIDTH = 160  # of text that goes to a file or another program


class Part(StrEnum):
    """What kind of figure."""

    BUDGET = "budget"
    COVERAGE = "coverage"


@app.command()
def explain(
    context: typer.Context,
    part: Annotated[Part, typer.Argument(help="A budget programme, or a coverage series.")],
    what: Annotated[
        str, typer.Argument(metavar="PROGRAMME|SERIES", help="vsi_state_support, total, vsi_share ...")
    ],
    year: Annotated[int, typer.Argument(metavar="YEAR", help="From 2016 to --until.")],
    base: Annotated[
        str | None,
        typer.Option(metavar="B", help="Denominator of a share, or as_written (the default), as_reported."),
    ] = None,
    scenario: Annotated[str, typer.Option(metavar="SCENARIO|FILE.yaml|A+B")] = "current_policy",
    world: Annotated[str, typer.Option(metavar="W", help="External conditions.")] = "reference",
    draws: Annotated[int, typer.Option(min=1, help="Simulated draws.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.")] = 20181116,
    as_of: AsOf = None,
    until: Annotated[int, typer.Option(help="Last year of the projection.")] = 2030,
    lang: Annotated[Lang, typer.Option(help="Language of the explanation.")] = Lang.EN,
    as_json: Json = False,
) -> None:
    """Print how a figure comes about: people x months x base x share, with the rows of law and data."""
    from bhxh_forecast.analysis.explain import explain as explained
    from bhxh_forecast.inputs import load_inputs, load_scenario, load_world

    shared: Shared = context.obj
    inputs = load_inputs(shared.data, as_of=as_of)
    found = explained(
        part.value,
        what,
        year,
        base=base,
        scenario=load_scenario(scenario, inputs),
        world=load_world(world, inputs),
        draws=draws,
        seed=seed,
        until=until,
        inputs=inputs,
    )
    if as_json:
        answer(found.as_dict())
        return
    from bhxh_forecast.reporting.explained import shown

    typer.echo(shown(found, lang.value, None if sys.stdout.isatty() else WIDTH), nl=False)
