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
    margins: Annotated[
        Path | None,
        typer.Option(metavar="F", exists=True, dir_okay=False, help="Totals to which the base is raked."),
    ] = None,
    shape: Annotated[
        Path | None,
        typer.Option(
            metavar="F", exists=True, dir_okay=False, help="Population whose shape by age the base takes."
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="F.csv", help="What was changed of the base to bring it to single ages."),
    ] = None,
    migration_timing: Annotated[Timing, typer.Option(help="When in the year people move.")] = Timing.END,
) -> None:
    """Project a population by age and sex from CSV files, for any country.

    base, mx and migration have the columns year,sex,age,value; asfr year,age,value; srb and births year,value (births
    in persons). Other columns are ignored. sex is male or female; the highest age is open.

    base may also have five-year ages (0, 5, ... or 0-4 ... 80+), sex total, or totals by sex alone (age all). It is
    spread over single ages with the shape of --shape (year,sex,age,value), by default the first year's life table,
    and raked to --margins (year,sex,age,value; sex may be total, age 15+, 0-14 or all). --report says what changed.
    """
    from bhxh_forecast.population.files import run_files

    run_files(
        base=base,
        mx=mx,
        asfr=asfr,
        srb=srb,
        migration=migration,
        births=births,
        margins=margins,
        shape=shape,
        report=report,
        start=start,
        end=end,
        out=out,
        migration_timing=migration_timing.value,
    )
