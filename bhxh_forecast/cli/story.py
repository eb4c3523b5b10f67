"""``bhxh story``: one target told from its odds to its price."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bhxh_forecast.cli.app import Shared, app
from bhxh_forecast.cli.run import Languages


@app.command()
def story(
    context: typer.Context,
    run_dir: Annotated[
        Path | None,
        typer.Argument(metavar="[RUN]", help="A finished run. Default: reports/latest of the project."),
    ] = None,
    lang: Annotated[Languages, typer.Option(help="Languages of the pages.")] = Languages.BOTH,
) -> None:
    """Write the story of the voluntary target beside a finished run: can it be reached, and at what price."""
    from bhxh_forecast.batch.context import home
    from bhxh_forecast.batch.story import write_story

    languages = ("vi", "en") if lang is Languages.BOTH else (lang.value,)
    folder = run_dir or home() / "reports" / "latest"
    shared: Shared = context.obj
    for page in write_story(folder, home() / "notebooks", languages, data=shared.data):
        typer.echo(str(page))
