"""``bhxh calibrate``: sample the posterior anew and store it."""

from __future__ import annotations

from typing import Annotated

import typer

from bhxh_forecast.cli import DONE
from bhxh_forecast.cli.app import Json, Shared, answer, app


@app.command()
def calibrate(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="Seed of the sampler.")] = 20181116,
    check: Annotated[bool, typer.Option("--check", help="Say whether what is stored is current.")] = False,
    as_json: Json = False,
) -> int:
    """Fit what the dated figures can move and store the draws; runs refuse draws of other data, priors or code."""
    from bhxh_forecast.calibration.calibrate import calibrate as run
    from bhxh_forecast.calibration.posterior import current_posterior
    from bhxh_forecast.inputs import load_inputs

    shared: Shared = context.obj
    if check:
        found = current_posterior(load_inputs(shared.data))
        about = dict(found.about) if found else {}
    else:
        about = dict(run(shared.data, seed, lambda line: typer.echo(line, err=True)).about)
    if as_json:
        answer(about)
    else:
        typer.echo(
            f"posterior {about['sha256'][:12]}, {about['draws']} draws" if about else "no stored posterior"
        )
    return DONE
