"""``bhxh check``: whether the data folder is sound, and up to when it knows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bhxh_forecast.cli import BAD_INPUT, DONE
from bhxh_forecast.cli.app import Json, Shared, answer, app

if TYPE_CHECKING:
    from bhxh_forecast.inputs.check import Check

LINES = (
    "data and law known up to {as_of} (the default --as-of)",
    "{observations} published figures, {fitted} of them fitted",
    "{provisions} provisions in {law_rows} dated rows, {law_rows_checked} of them checked against the original",
    "{sampled} random quantities ({weak} on their weak prior), {assumptions} fixed assumptions",
    "{levers} levers, {scenarios} scenarios, {worlds} worlds; {files} files without a problem",
)


@app.command()
def check(context: typer.Context, as_json: Json = False) -> int:
    """Check every data file: all problems at once, and the default as-of date."""
    from bhxh_forecast.inputs.check import check as check_data

    shared: Shared = context.obj
    found = check_data(shared.data)
    if as_json:
        problems = [asdict(problem) for problem in found.problems]
        answer({"ok": not problems, **found.summary, "problems": problems})
    else:
        _print(found)
    return BAD_INPUT if found.problems else DONE


def _print(found: Check) -> None:
    for problem in found.problems:
        typer.echo(str(problem), err=True)
    if found.problems:
        typer.echo(f"{len(found.problems)} problems", err=True)
        return
    for line in LINES:
        typer.echo(line.format(**found.summary))
