"""``bhxh run``: projections, tables and reports of scenarios."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Shared, app

if TYPE_CHECKING:
    from bhxh_forecast.batch.context import Model
    from bhxh_forecast.batch.runner import RunOutcome

MOST_WORKERS = 8  # notebooks at once; each takes some 200 MB


class Languages(StrEnum):
    """Languages of the reports."""

    VI = "vi"
    EN = "en"
    BOTH = "both"


class Only(StrEnum):
    """Part of a run."""

    TABLES = "tables"


@app.command()
def run(
    context: typer.Context,
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SCENARIO|FILE.yaml|A+B]...", help="Default: all that are shipped."),
    ] = None,
    world: Annotated[
        list[str] | None, typer.Option(metavar="W", help="External conditions; repeat for several.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Simulated draws.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.")] = 20181116,
    as_of: AsOf = None,
    until: Annotated[int, typer.Option(help="Last year of the projection.")] = 2030,
    lang: Annotated[Languages, typer.Option(help="Languages of the reports.")] = Languages.BOTH,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The run folder. Default: reports/latest of the project."),
    ] = None,
    only: Annotated[Only | None, typer.Option(help="Stop after the tables.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless something fails.")] = False,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDR", help="Work on this Dask scheduler, like tcp://10.0.0.1:8786."),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Say of each job why it ran or not.")] = False,
) -> int:
    """Compute scenarios and write their tables and reports. What is unchanged is kept."""
    from bhxh_forecast.batch.context import RunOptions
    from bhxh_forecast.batch.runner import run as run_batch

    shared: Shared = context.obj
    began = time.monotonic()
    options = RunOptions(
        scenarios=tuple(scenarios or ()),
        worlds=tuple(world or RunOptions.worlds),
        draws=draws,
        seed=seed,
        until=until,
        as_of=as_of,
        languages=("vi", "en") if lang is Languages.BOTH else (lang.value,),
        out=out,
        data=shared.data,
        only_tables=only is Only.TABLES,
        workers=min(os.cpu_count() or 1, MOST_WORKERS),
    )
    with _model(cluster) as model:
        outcome = run_batch(options, model, quiet=quiet)
    _report(outcome, time.monotonic() - began, quiet=quiet, why=why)
    return outcome.exit_code


@contextmanager
def _model(cluster: str | None) -> Iterator[Model]:
    """The chain, here or on a cluster."""
    from bhxh_forecast.batch.chain import chain

    if cluster is None:
        yield chain()
        return
    from bhxh_forecast.batch.cluster import Cluster

    with Cluster(cluster) as connected:
        yield connected.model(chain())


def _report(outcome: RunOutcome, seconds: float, *, quiet: bool, why: bool) -> None:
    if why:
        for result in outcome.results.values():
            reason = f" ({result.reason})" if result.reason else ""
            typer.echo(f"{result.status:9} {result.id}{reason}")
    for result in outcome.results.values():
        if result.status != "failed":
            continue
        partial = f"; as far as it came: {outcome.run_dir / next(iter(result.files))}" if result.files else ""
        typer.echo(f"failed: {result.id}: {result.reason}{partial}", err=True)
    skipped = sum(result.status == "skipped" for result in outcome.results.values())
    if skipped:
        typer.echo(f"skipped: {skipped} jobs that need what failed; bhxh run --why names them", err=True)
    if not quiet:
        done = sum(result.status == "done" for result in outcome.results.values())
        kept = sum(result.status == "unchanged" for result in outcome.results.values())
        index = outcome.run_dir / "index.html"
        place = index if index.is_file() else outcome.run_dir / "tables"
        typer.echo(f"{_shown(place)}: {done} jobs done, {kept} unchanged, {seconds:.1f} s")


def _shown(path: Path) -> str:
    """A path as its reader would type it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
