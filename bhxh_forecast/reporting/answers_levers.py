"""How much of the spread levers make, in words and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bhxh_forecast.analysis.lever_sensitivity import WORLD
from bhxh_forecast.reporting.answers import Answer, Grid
from bhxh_forecast.reporting.fmt import Fmt
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.lever_sensitivity import LeverSensitivity
    from bhxh_forecast.inputs import Inputs


def levers_answer(found: LeverSensitivity, inputs: Inputs, lang: str) -> Answer:
    """A row for every target, base and year; the indices of each lever and of all uncertainties."""
    text, fmt = Text(lang), Fmt(lang)
    names = {lever: capital(inputs.levers[lever].name[lang]) for lever in found.limits}
    names[WORLD] = text("lever_share.world")
    head = [text("lever_share.head")]
    for number, (lever, pair) in enumerate(found.limits.items(), 1):
        unit = text.unit(inputs.levers[lever].unit)
        low, high = (fmt.number(value, 0 if float(value).is_integer() else 2) for value in pair)
        head.append(
            text("lever_share.limit", number=number, name=names[lever], unit=unit, low=low, high=high)
        )
    rows = []
    indices = {(r["target"], r["year"], r["base"], r["id"]): r for r in found.indices.to_dict("records")}
    for goal, own in zip(found.goals, found.spread.to_dict("records"), strict=True):
        parts = [indices[goal.target, goal.year, goal.base, name] for name in names]
        cells = [f"{fmt.share(p['first'], 0)} / {fmt.share(p['total'], 0)}" for p in parts]
        rows.append(
            (
                capital(text.label("target_short", goal.target)), text.label("base", goal.base), str(goal.year),
                fmt.share(own["mean"]), fmt.points(own["sd"]).lstrip("+"), *cells,
            )
        )  # fmt: skip
    heads = [text(f"lever_share.column.{key}") for key in ("target", "base", "year", "mean", "sd")]
    heads += [f"({k})" for k in range(1, len(names))]
    grid = Grid(text("lever_share.title"), [*heads, names[WORLD]], rows, words=3, data=found.indices)
    worst = fmt.points(float(found.indices["total_error"].max())).lstrip("+")
    note = text(
        "lever_share.note", draws=fmt.number(found.draws), runs=fmt.number(found.model_runs), error=worst
    )
    return Answer(head, [grid], [note])
