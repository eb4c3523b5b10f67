"""Targets draw by draw, in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.reporting.answers import Answer, Grid, base_words
from bhxh_forecast.reporting.fmt import NIL, Fmt
from bhxh_forecast.reporting.headline import verdict
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.goal import Goal
    from bhxh_forecast.analysis.outlook import Outlook


class OutlookWords:
    """The targets of one projection in one language.

    Parameters
    ----------
    look
        Targets and draws.
    lang
        ``vi`` or ``en``.
    """

    def __init__(self, look: Outlook, lang: str) -> None:
        self.look, self.lang = look, lang
        self.text, self.fmt = Text(lang), Fmt(lang)

    def name(self, target: str) -> str:
        """Short name of a target."""
        return capital(self.text.label("target_short", target))

    def base(self, goal: Goal) -> str:
        """On which base a goal stands, in words."""
        return base_words(self.text, goal.base, goal.as_written, goal.as_reported)

    def odds(self) -> Grid:
        """Odds and distance, each on its base with its words."""
        text, fmt, rows = self.text, self.fmt, []
        table = self.look.odds()
        for goal, row in zip(self.look.goals, table.to_dict("records"), strict=True):
            rows.append(
                (
                    self.name(goal.target),
                    self.base(goal),
                    fmt.share(goal.required),
                    fmt.probability(row["probability"]),
                    fmt.points(row["mc_error"]).lstrip("+"),
                    text.label("verdict_short", verdict(row["probability"])),
                    fmt.points(row["points_p50"]),
                    f"{fmt.number(row['heads_p50'], sign=True)}",
                    f"{fmt.number(row['heads_p10'], sign=True)} … {fmt.number(row['heads_p90'], sign=True)}",
                )
            )
        keys = "target base required probability error words distance heads heads_range"
        return Grid(text("outlook.odds"), self._heads(keys), rows, words=2, data=table)

    def first_month(self) -> Grid:
        """When each share is first reached."""
        text, fmt, rows = self.text, self.fmt, []
        table = self.look.first_month()
        years = [str(c) for c in table.columns if str(c).startswith("by_")]
        for row in table.to_dict("records"):
            months = [self._month(row[q]) for q in ("p10", "p50", "p90")]
            by = [fmt.probability(row[y]) for y in years]
            rows.append((self.name(str(row["target"])), *months, *by, fmt.probability(row["never"])))
        dates = [text("outlook.by", year=y.removeprefix("by_")) for y in years]
        heads = [*self._heads("target early middle late"), *dates, text("outlook.column.never")]
        return Grid(text("outlook.first_month"), heads, rows, note=text("outlook.first_note"), data=table)

    def together(self) -> Grid:
        """Odds of two targets together, and of all."""
        table = self.look.together()
        rows = [
            (self.name(str(name)), *(self.fmt.probability(row[other]) for other in table.columns))
            for name, row in table.iterrows()
        ]
        heads = ["", *(self.name(str(other)) for other in table.columns)]
        return Grid(
            self.text("outlook.together"), heads, rows, note=self.text("outlook.together_note"), data=table
        )

    def path(self) -> list[Grid]:
        """One table of yearly targets for each goal."""
        table, grids = self.look.path(), []
        for goal in self.look.goals:
            own = table[table["target"] == goal.target]
            grids.append(self._path_of(goal, own))
        return grids

    def _path_of(self, goal: Goal, own: pd.DataFrame) -> Grid:
        text, fmt = self.text, self.fmt
        rows = [
            (
                str(row["at"]),
                fmt.share(row["needed"]),
                fmt.number(row["heads_needed"]),
                fmt.probability(row["probability"]),
                fmt.share(row["p50"]),
                fmt.share(row["safe"]),
            )
            for row in own.to_dict("records")
        ]
        plan = text("outlook.submitted" if bool(own["submitted"].iloc[0]) else "outlook.not_submitted")
        title = text("outlook.path", name=text.label("target_short", goal.target), base=self.base(goal))
        return Grid(
            title, self._heads("year needed heads_needed probability median safe"), rows, note=plan, data=own
        )

    def _month(self, month: Any) -> str:
        return self.fmt.month(f"{month}-01") if month else NIL

    def _heads(self, keys: str) -> list[str]:
        return [self.text(f"outlook.column.{key}") for key in keys.split()]

    def answer(self) -> Answer:
        """Everything."""
        facts, inner = self.look.projection.facts, self.look.projection.inner
        title = self.look.projection.scenario.title[self.lang]
        world = self.look.projection.world.title[self.lang]
        head = [
            self.text("outlook.head", scenario=title, world=world, draws=self.fmt.number(facts.draws),
                      as_of=self.fmt.short_date(inner.line.as_of))
        ]  # fmt: skip
        return Answer(
            head,
            [self.odds(), self.first_month(), self.together(), *self.path()],
            [self.text("outlook.path_note")],
        )


def outlook_answer(look: Outlook, lang: str) -> Answer:
    """Targets of a projection, ready to print."""
    return OutlookWords(look, lang).answer()
