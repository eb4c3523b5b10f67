"""``bhxh query`` and ``bhxh runs``: questions to all runs, and which runs there are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bhxh_forecast.cli.app import Json, answer, app

if TYPE_CHECKING:
    import pandas as pd

LISTED = ["run_id", "status", "seconds", "draws", "as_of", "scenarios", "worlds"]
runs_app = typer.Typer(
    help="Runs that have been: which there are, and removing old ones.", no_args_is_help=True
)
app.add_typer(runs_app, name="runs")
Csv = Annotated[bool, typer.Option("--csv", help="Comma-separated rows on standard output.")]


@app.command()
def query(
    sql: Annotated[
        str | None, typer.Argument(help="One SELECT over runs, targets, coverage, budget ...")
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="List all runs.")] = False,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """Ask the tables of all runs in SQL (DuckDB). Each has a column run_id; the view runs says what each run was."""
    from bhxh_forecast.batch.query import query as ask

    if runs == bool(sql):
        raise typer.BadParameter("either a question in SQL or --runs")
    if runs:
        list_runs(as_csv=as_csv, as_json=as_json)
    elif sql:
        _show(ask(sql, _store()), as_csv=as_csv, as_json=as_json)


@runs_app.command("list")
def list_runs(as_csv: Csv = False, as_json: Json = False) -> None:
    """Every run that is kept, the newest first."""
    from bhxh_forecast.batch.query import facts_table
    from bhxh_forecast.batch.runs import Runs

    table = facts_table(Runs(_store()).all())
    _show(table if as_csv or as_json else table[LISTED], as_csv=as_csv, as_json=as_json)


@runs_app.command()
def prune(
    keep: Annotated[int, typer.Option(min=0, metavar="N", help="Newest runs that stay.")],
    older_than: Annotated[
        float | None, typer.Option(min=0.0, metavar="DAYS", help="Remove only runs older than this.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Remove old runs from what is kept; run folders are not touched."""
    from bhxh_forecast.batch.runs import Runs

    removed = Runs(_store()).prune(keep, older_than=older_than)
    if as_json:
        answer({"removed": removed})
    else:
        typer.echo(f"{len(removed)} runs removed")


def _store() -> Path:
    from bhxh_forecast.batch.context import home, store_folder

    return store_folder(home() / "reports" / "latest")


def _show(table: pd.DataFrame, *, as_csv: bool, as_json: bool) -> None:
    if as_json:
        rows = json.loads(table.to_json(orient="records", date_format="iso", force_ascii=False))
        answer({"columns": list(table.columns), "rows": rows})
    elif as_csv:
        table.to_csv(sys.stdout, index=False, lineterminator="\n", float_format="%.10g")
    else:
        typer.echo(table.to_string(index=False, max_colwidth=60) if len(table) else "no rows")
