"""What ``reach`` found, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.reporting.answers import Answer, Grid, base_words, target_words
from bhxh_forecast.reporting.fmt import NIL, Fmt, is_missing
from bhxh_forecast.reporting.headline import verdict
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.reached import Marginal, Reach
    from bhxh_forecast.inputs import LeverSpec

BILLION = 1e9


def level(fmt: Fmt, text: Text, value: float, unit: str) -> str:
    """A measure's value with its unit; shares as per cent."""
    if unit.startswith("share"):
        return fmt.share(value)
    decimals = 0 if abs(value) >= 100 or value == round(value) else 1
    return f"{fmt.number(value, decimals)} {text.unit(unit)}"


class ReachWords:
    """One answer in one language.

    Parameters
    ----------
    found
        The answer.
    levers
        Names and units of the measures (``inputs.levers``).
    lang
        ``vi`` or ``en``.
    """

    def __init__(self, found: Reach, levers: Mapping[str, LeverSpec], lang: str) -> None:
        self.found, self.levers, self.lang = found, levers, lang
        self.text, self.fmt = Text(lang), Fmt(lang)

    def answer(self) -> Answer:
        """Everything."""
        head = [self.question(), *self.result()]
        return Answer(head, [self.odds(), self.settings(), self.marginal(), self.frontier()], self.foot())

    def name(self, lever: str) -> str:
        """Name of a measure."""
        return self.levers[lever].name[self.lang]

    def value(self, lever: str, value: float) -> str:
        """Value of a measure."""
        return level(self.fmt, self.text, value, self.levers[lever].unit)

    def question(self) -> str:
        """Target, level, date and base."""
        goal, text = self.found.goal, self.text
        asked = target_words(text, goal.target, self.fmt.share(goal.required), goal.year)
        words = base_words(text, goal.base, goal.as_written, goal.as_reported)
        own = "" if goal.of_plan else f" {text('reach.not_the_plans')}"
        return f"{asked}, {words}.{own}"

    def result(self) -> list[str]:
        """What was found, in a sentence or two."""
        found, text, fmt = self.found, self.text, self.fmt
        before = found.before.probability[found.goal.base]
        values = {
            "asked": fmt.probability(found.asked),
            "found": fmt.probability(found.probability),
            "before": fmt.probability(before),
            "cost": fmt.money(found.cost),
        }
        lines = [text(f"reach.{found.status}", **values)]
        if found.status != "already":
            lines.append("; ".join(f"{self.name(n)}: {self.value(n, v)}" for n, v in found.levers.items()))
            lines.append(
                text(
                    "reach.bought",
                    cost=fmt.money(found.cost),
                    low=fmt.money(found.answer.cost_p10),
                    high=fmt.money(found.answer.cost_p90),
                    years=fmt.number(found.answer.person_years),
                    deadweight=fmt.money(max(0.0, found.answer.deadweight)),
                )
            )
        return lines

    def odds(self) -> Grid:
        """Odds before and after on every base, each with its words."""
        found, text, fmt = self.found, self.text, self.fmt
        goal = found.goal
        first = [goal.as_written, goal.as_reported]
        order = [*dict.fromkeys(first), *(b for b in goal.bases if b not in first)]
        rows = [
            (
                capital(base_words(text, base, goal.as_written, goal.as_reported)),
                fmt.probability(found.before.probability[base]),
                fmt.probability(found.answer.probability[base]),
                fmt.points(found.answer.mc_error[base]).lstrip("+"),
                text.label("verdict_short", verdict(found.answer.probability[base])),
            )
            for base in order
        ]
        heads = [text(f"reach.column.{k}") for k in ("base", "before", "after", "error", "words")]
        return Grid(text("reach.odds"), heads, rows)

    def settings(self) -> Grid:
        """Limits, setting, and whether the figures know what a measure does."""
        found, text = self.found, self.text
        rows = []
        for m in found.marginals:
            low, high = found.limits[m.lever]
            chosen = found.levers.get(m.lever)
            rows.append(
                (
                    self.name(m.lever),
                    f"{self.value(m.lever, low)} – {self.value(m.lever, high)}",
                    NIL if chosen is None else self.value(m.lever, chosen),
                    text("reach.identified" if m.known and m.known.identified else "reach.not_identified"),
                )
            )
        heads = [text(f"reach.column.{k}") for k in ("lever", "limits", "setting", "known")]
        return Grid(text("reach.settings"), heads, rows)

    def marginal(self) -> Grid:
        """What a little more of each measure buys at the answer."""
        text = self.text
        heads = [
            text(f"reach.column.{k}")
            for k in ("lever", "step", "cost", "per_year", "per_point", "deadweight")
        ]
        rows = [self._more(m) for m in self.found.marginals]
        return Grid(text("reach.marginal"), heads, rows, note=text("reach.deadweight_note"))

    def _more(self, m: Marginal) -> tuple[str, ...]:
        unit, fmt = self.levers[m.lever].unit, self.fmt
        step = fmt.points(m.step) if unit.startswith("share") else "+" + self.value(m.lever, m.step)
        return (
            self.name(m.lever),
            step,
            fmt.money(m.cost),
            fmt.money(m.per_person_year, "million"),
            fmt.money(m.per_point, "billion"),
            fmt.share(m.deadweight_share, 0),
        )

    def frontier(self) -> Grid:
        """Cost against probability."""
        text, fmt, table = self.text, self.fmt, self.found.frontier.table
        names = list(self.found.limits)
        rows = []
        for _, row in table.iterrows():
            cost = row["cost"]
            reached = not is_missing(cost)
            rows.append(
                (
                    fmt.probability(row["probability"]),
                    fmt.money(cost, "billion") if reached else text("reach.out_of_limits"),
                    *(self.value(n, float(row[n])) if reached else NIL for n in names),
                )
            )
        heads = [text("reach.column.probability"), text("reach.column.cost"), *(self.name(n) for n in names)]
        return Grid(text("reach.frontier"), heads, rows, data=table)

    def foot(self) -> list[str]:
        """Basis of the effects, draws, method."""
        found, text, fmt = self.found, self.text, self.fmt
        lines = []
        for m in found.marginals:
            if m.known is None or m.known.identified:
                continue
            learnt = max([0.0, *m.known.learnt.values()])
            key = "reach.prior_alone" if m.known.parameters else "reach.no_effect_known"
            basis = m.known.basis
            if text.lang != "en" and m.known.parameters:  # the data tell it in English
                basis = text("estimate.basis_in", file="data/priors/priors.csv", row=m.known.parameters[0])
            lines.append(text(key, name=self.name(m.lever), basis=basis, learnt=fmt.share(learnt, 0)))
        runs = {"runs": found.model_runs, "draws": fmt.number(found.draws)}
        return [*lines, text("reach.cost_meaning"), text("reach.method", **runs)]


def reach_answer(found: Reach, levers: Mapping[str, LeverSpec], lang: str) -> Answer:
    """What ``reach`` found, ready to print."""
    return ReachWords(found, levers, lang).answer()


def best_odds(found: Reach) -> float:
    """Best odds within the limits on any base."""
    return float(np.max(list(found.answer.probability.values())))
