"""``bhxh scenario``: what a scenario changes, and a file to start a new one from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bhxh_forecast.cli.app import AsOf, Json, Lang, Shared, answer, app

scenario_app = typer.Typer(no_args_is_help=True, help="Show a scenario, or start a new one.")
app.add_typer(scenario_app, name="scenario")


@scenario_app.command()
def show(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SCENARIO|FILE.yaml|A+B")],
    as_of: AsOf = None,
    lang: Annotated[Lang, typer.Option(help="Language of the names.")] = Lang.EN,
    as_json: Json = False,
) -> None:
    """Print what a scenario changes against the baseline, in words and as a table with the law it touches."""
    from bhxh_forecast.analysis.changes import changes
    from bhxh_forecast.cli.asked import say
    from bhxh_forecast.inputs import load_inputs, load_scenario
    from bhxh_forecast.reporting.answers_scenario import scenario_answer

    shared: Shared = context.obj
    inputs = load_inputs(shared.data, as_of=as_of)
    scenario = load_scenario(source, inputs)
    found = changes(scenario, inputs)
    if as_json:
        texts = {"title": dict(scenario.title), "description": dict(scenario.description)}
        shown = [asdict(change) for change in found]
        own = {**scenario.as_dict(), **texts, "extends": list(scenario.extends)}
        answer({**own, "as_of": inputs.as_of, "changes": shown})
    else:
        say(scenario_answer(scenario, found, inputs, lang.value))


@scenario_app.command()
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Small letters, digits and _, beginning with a letter.")],
    extends: Annotated[str, typer.Option(metavar="SCENARIO", help="What it starts from.")] = "current_policy",
    copy: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO|FILE.yaml", help="Copy this one instead, comments kept, under the new name."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="Default: NAME.yaml in the current folder.")
    ] = None,
) -> None:
    """Write a commented scenario file with every lever, or a copy of a scenario with its comments kept."""
    from bhxh_forecast.batch.files import write_atomic
    from bhxh_forecast.cli.scenario_text import copied, template
    from bhxh_forecast.errors import InputError
    from bhxh_forecast.inputs import load_inputs, load_scenario, scenario_names

    shared: Shared = context.obj
    inputs = load_inputs(shared.data)
    path = out or Path(f"{name}.yaml")
    names = scenario_names(inputs)
    if extends not in names:
        raise InputError.of("bhxh scenario new", "--extends", repr(extends), names)
    if path.exists() or name in names:
        raise InputError.of(str(path), "name", f"{name}, which exists", "a new name")
    if copy is None:
        text = template(name, extends, inputs, path)
    else:
        text = copied(name, load_scenario(copy, inputs), inputs, path)
    write_atomic(path, text.encode("utf-8"))
    try:
        load_scenario(path, inputs)
    except InputError:
        path.unlink()
        raise
    typer.echo(f"{path}: edit it, then: bhxh run {path}")
