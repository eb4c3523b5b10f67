"""Scenarios across external conditions, and what it is worth to know, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.answers import Answer, Grid, base_words, target_words
from bhxh_forecast.reporting.fmt import NIL, Fmt
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.information import Information
    from bhxh_forecast.analysis.robustness import Robustness

Names = Mapping[str, Mapping[str, str]]
SHOWN = 12


def robustness_answer(found: Robustness, scenarios: Names, worlds: Names, lang: str) -> Answer:
    """Odds of every scenario under every external condition; ``scenarios`` and ``worlds`` hold their titles."""
    text, fmt, goal = Text(lang), Fmt(lang), found.goal
    asked = target_words(text, goal.target, fmt.share(goal.required), goal.year)
    head = f"{asked}, {base_words(text, goal.base, goal.as_written, goal.as_reported)}."
    places = list(dict.fromkeys(found.cells["world"]))
    odds = found.cells.pivot_table(index="scenario", columns="world", values="probability", sort=False)
    cells = [
        (scenarios[str(name)][lang], *(fmt.probability(row[place]) for place in places))
        for name, row in odds.iterrows()
    ]
    summary = [
        (
            scenarios[row["scenario"]][lang],
            fmt.probability(row["worst"]),
            fmt.probability(row["mean"]),
            fmt.points(row["largest_regret"]).lstrip("+"),
            fmt.money(row["cost"], "billion"),
        )
        for row in found.summary.to_dict("records")
    ]
    columns = [text(f"robustness.column.{key}") for key in ["scenario", "worst", "mean", "regret", "cost"]]
    grids = [
        Grid(
            text("robustness.odds"),
            [columns[0], *(worlds[place][lang] for place in places)],
            cells,
            data=odds,
        ),
        Grid(text("robustness.summary"), columns, summary, data=found.summary),
    ]
    first = found.summary.iloc[0]
    regret, worst = fmt.points(first["largest_regret"]).lstrip("+"), fmt.probability(first["worst"])
    best = text("robustness.best", name=scenarios[str(first["scenario"])][lang], regret=regret, worst=worst)
    return Answer([head, best], grids, [text("robustness.note", draws=fmt.number(found.draws))])


def information_answer(found: Information, scenarios: Names, lang: str) -> Answer:
    """Which figure to obtain first."""
    text, fmt = Text(lang), Fmt(lang)
    price, everything = fmt.money(found.price, "million"), fmt.money(found.all_known, "billion")
    head = [text("information.head", price=price, everything=everything)]
    choice = [
        (
            scenarios[row["scenario"]][lang],
            fmt.money(row["cost"], "billion"),
            fmt.number(row["person_years"], sign=True),
            fmt.money(row["net_benefit"], "billion"),
            fmt.share(row["chosen_in"], 0),
        )
        for row in found.options.to_dict("records")
    ]
    heads = [text(f"information.column.{key}") for key in ["scenario", "cost", "years", "benefit", "best"]]
    grids = [Grid(text("information.options"), heads, choice, data=found.options)]
    for kind in ("missing", "prior"):
        own = found.table[found.table["kind"] == kind].head(SHOWN)
        rows = [
            (
                capital(row[f"name_{lang}"]),
                row["file"] or text.label("source_status", row["status"]),
                fmt.money(row["value"], "billion") if row["value"] > 0 else NIL,
                fmt.money(row["error"], "billion"),
            )
            for row in own.to_dict("records")
        ]
        titles = [text(f"information.column.{key}") for key in f"{kind} where value error".split()]
        grids.append(Grid(text(f"information.{kind}"), titles, rows, words=2, data=own))
    return Answer(head, grids, [text("information.method")])
