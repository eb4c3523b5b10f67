"""``bhxh compare``: why two runs differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bhxh_forecast.cli.app import Json, Lang, Shared, app
from bhxh_forecast.cli.asked import World, give


@app.command()
def compare(
    context: typer.Context,
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder of the earlier run.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Folder of the later run.")],
    scenario: Annotated[
        str, typer.Option(metavar="SCENARIO", help="Whose odds and costs are shown.")
    ] = "current_policy",
    world: World = "reference",
    target: Annotated[str, typer.Option(metavar="TARGET", help="For the steps of --rerun.")] = "vsi_coverage",
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Run the steps between the two again, one change at a time.")
    ] = False,
    data_a: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Data of run A, where they are not the project's.")
    ] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the answer.")] = Lang.EN,
    as_json: Json = False,
) -> None:
    """Say what differs between two runs (data, law, parameters, code, draws) and how odds and budget moved."""
    from bhxh_forecast.analysis.comparison import compare as found_by
    from bhxh_forecast.reporting.answers_compare import comparison_answer

    shared: Shared = context.obj
    found = found_by(
        run_a,
        run_b,
        rerun=rerun,
        scenario=scenario,
        target=target,
        data_a=data_a or shared.data,
        data_b=shared.data,
    )
    give(found.as_dict(), as_json, comparison_answer(found, lang.value, scenario, world))
