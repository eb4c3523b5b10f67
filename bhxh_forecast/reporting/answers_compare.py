"""Two runs side by side, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting.answers import Answer, Grid, base_words
from bhxh_forecast.reporting.fmt import NIL, Fmt
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    import pandas as pd

    from bhxh_forecast.analysis.comparison import Comparison

LISTED = 12  # files of one kind that are named


class ComparisonWords:
    """One comparison in one language.

    Parameters
    ----------
    found
        Both runs.
    lang
        ``vi`` or ``en``.
    scenario, world
        Whose odds and costs are shown.
    """

    def __init__(self, found: Comparison, lang: str, scenario: str, world: str = "reference") -> None:
        self.found, self.lang, self.scenario, self.world = found, lang, scenario, world
        self.text, self.fmt = Text(lang), Fmt(lang)

    def _own(self, table: pd.DataFrame) -> pd.DataFrame:
        return table[(table["scenario"] == self.scenario) & (table["world"] == self.world)]

    def causes(self) -> list[str]:
        """What differs, respect by respect."""
        lines = []
        for cause in self.found.causes:
            name = self.text(f"compare.cause.{cause.kind}")
            if not cause.items:
                lines.append(self.text("compare.same", what=name))
                continue
            listed = "; ".join(cause.items[:LISTED])
            more = len(cause.items) - LISTED
            rest = self.text("compare.more", count=more) if more > 0 else ""
            lines.append(f"{name}: {listed}{rest}")
        return lines

    def targets(self) -> Grid:
        """Odds in both runs on the plan's and the city's bases, each with its words."""
        text, fmt = self.text, self.fmt
        own = self._own(self.found.targets)
        rows = []
        for row in own[own["as_written"] | own["as_reported"]].to_dict("records"):
            rows.append(
                (
                    f"{capital(text.label('target_short', row['target_id']))} {row['year']}",
                    self._base(own, row),
                    fmt.probability(row["probability_a"]),
                    fmt.probability(row["probability_b"]),
                    fmt.points(row["change"]),
                    text("compare.clear" if row["clear"] else "compare.noise"),
                )
            )
        heads = [text(f"compare.column.{key}") for key in ["target", "base", "a", "b", "change", "clear"]]
        return Grid(text("compare.targets", scenario=self.scenario), heads, rows, words=2, data=own)

    def _base(self, own: pd.DataFrame, row: Mapping[Any, Any]) -> str:
        if row["target_id"] == "all":
            return self.text("compare.all_written" if row["as_written"] else "compare.all_reported")
        of = own[(own["target_id"] == row["target_id"]) & (own["year"] == row["year"])]
        written = str(of[of["as_written"]]["base"].iloc[0])
        reported = str(of[of["as_reported"]]["base"].iloc[0])
        return base_words(self.text, str(row["base"]), written, reported)

    def budget(self) -> Grid:
        """Mean cost of every programme over the years that both hold."""
        text, fmt = self.text, self.fmt
        own = (
            self._own(self.found.budget)
            .groupby("programme", as_index=False, sort=False)[["mean_a", "mean_b", "change"]]
            .sum()
        )
        order = own.reindex(own["change"].abs().sort_values(ascending=False).index)
        rows = [
            (
                capital(
                    text("explain.total")
                    if row["programme"] == "total"
                    else text.label("programme", row["programme"])
                ),
                fmt.number(row["mean_a"] / 1e9, 1),
                fmt.number(row["mean_b"] / 1e9, 1),
                fmt.number(row["change"] / 1e9, 1, sign=True),
            )
            for row in order.to_dict("records")
        ]
        heads = [text(f"compare.column.{key}") for key in ["programme", "a", "b", "change"]]
        return Grid(text("compare.budget", scenario=self.scenario), heads, rows, data=own)

    def steps(self) -> Grid:
        """From one run to the other."""
        text, fmt, rows = self.text, self.fmt, []
        last: tuple[float, float] | None = None
        for step in self.found.steps:
            names = " + ".join(text(f"compare.cause.{kind}") for kind in step.kind.split("+"))
            if step.probability is None or step.cost is None:
                rows.append((names, NIL, NIL, NIL, NIL, step.note))
                continue
            moved = (NIL, NIL)
            if last is not None:
                money = fmt.number((step.cost - last[1]) / 1e9, 1, sign=True)
                moved = (fmt.points(step.probability - last[0]), money)
            last = (step.probability, step.cost)
            rows.append(
                (
                    names,
                    fmt.share(step.probability),
                    moved[0],
                    fmt.number(step.cost / 1e9, 1),
                    moved[1],
                    step.note,
                )
            )
        heads = [
            text(f"compare.column.{key}")
            for key in ["step", "probability", "change", "cost", "cost_change", "note"]
        ]
        return Grid(text("compare.steps"), heads, rows, note=text("compare.steps_note"))

    def answer(self) -> Answer:
        """Everything."""
        found, text = self.found, self.text
        head = [text("compare.head", a=found.run_a, b=found.run_b), *self.causes()]
        for key, names in (("only_a", found.only_a), ("only_b", found.only_b)):
            if names:
                head.append(text(f"compare.{key}", names=", ".join(names)))
        grids = [self.targets(), self.budget()]
        return Answer(head, [*grids, self.steps()] if found.steps else grids, [text("compare.note")])


def comparison_answer(found: Comparison, lang: str, scenario: str, world: str = "reference") -> Answer:
    """Two runs, ready to print."""
    return ComparisonWords(found, lang, scenario, world).answer()
