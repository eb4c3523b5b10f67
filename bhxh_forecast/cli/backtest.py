"""``bhxh backtest``: projections made in the past against what happened."""

from __future__ import annotations

from typing import Annotated

import typer

from bhxh_forecast.cli import BAD_INPUT, DONE
from bhxh_forecast.cli.app import Json, Shared, answer, app


@app.command()
def backtest(
    context: typer.Context,
    origin: Annotated[
        list[int] | None,
        typer.Option(metavar="YEAR", help="Run these origins and print them; default: all, and keep them."),
    ] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Print what is stored; run nothing.")] = False,
    structure: Annotated[
        bool, typer.Option("--alternatives", help="Score other structures of the model instead, and keep it.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Project from each year since 2013 with what was known then, and score it against simple methods."""
    from bhxh_forecast.analysis.backtest.origins import ORIGINS
    from bhxh_forecast.analysis.backtest.run import alternatives
    from bhxh_forecast.analysis.backtest.run import backtest as run
    from bhxh_forecast.analysis.backtest.shown import as_dict, text
    from bhxh_forecast.analysis.backtest.store import read, read_alternatives

    shared: Shared = context.obj
    wanted = origin or list(ORIGINS)
    unknown = [year for year in wanted if year not in ORIGINS]
    if unknown:
        typer.echo(f"--origin: found {unknown[0]}; allowed {ORIGINS.start} to {ORIGINS.stop - 1}", err=True)
        return BAD_INPUT
    if structure:
        alternatives(shared.data, wanted, lambda line: typer.echo(line, err=True))
    if stored or structure:
        kept = read(shared.data)
        if kept is None:
            typer.echo(f"{shared.data}: no stored backtest; bhxh backtest makes one", err=True)
            return BAD_INPUT
        rows = kept.rows
    else:
        rows = run(shared.data, wanted, lambda line: typer.echo(line, err=True), keep=origin is None)
    if as_json:
        answer(as_dict(rows, read_alternatives(shared.data)))
    else:
        typer.echo(text(rows, read_alternatives(shared.data)))
    return DONE
