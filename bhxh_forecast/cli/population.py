"""``bhxh population``: the cohort-component engine on anyone's files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bhxh_forecast.cli.app import app

Given = Annotated[Path, typer.Option(metavar="F", exists=True, dir_okay=False)]
Perhaps = Annotated[Path | None, typer.Option(metavar="F", exists=True, dir_okay=False)]


class Timing(StrEnum):
    """When in the year people move."""

    END = "end"
    EVEN = "even"


@app.command()
def population(
    base: Given,
    mx: Given,
    asfr: Given,
    srb: Given,
    start: Annotated[int, typer.Option("--from", metavar="YEAR", help="1 January of the base population.")],
    end: Annotated[int, typer.Option("--to", metavar="YEAR", help="Last 1 January.")],
    out: Annotated[Path, typer.Option(metavar="F.csv", help="Result: year,sex,age,value.")],
    migration: Perhaps = None,
    births: Perhaps = None,
    migration_timing: Annotated[Timing, typer.Option(help="When in the year people move.")] = Timing.END,
) -> None:
    """Project a population by age and sex from CSV files, for any country.

    base, mx and migration have the columns year,sex,age,value; asfr year,age,value; srb and births year,value (births
    in persons). Other columns are ignored. sex is male or female; the highest age is open.
    """
    from bhxh_forecast.population.files import run_files

    run_files(
        base=base,
        mx=mx,
        asfr=asfr,
        srb=srb,
        migration=migration,
        births=births,
        start=start,
        end=end,
        out=out,
        migration_timing=migration_timing.value,
    )
