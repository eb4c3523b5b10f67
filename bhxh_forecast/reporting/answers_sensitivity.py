"""What moves a target, when it fails, and what holds across external conditions, in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bhxh_forecast.analysis.sensitivity import CHOSEN
from bhxh_forecast.analysis.uncertain import NOW
from bhxh_forecast.reporting.answers import Answer, Grid, base_words, target_words
from bhxh_forecast.reporting.fmt import NIL, Fmt, is_missing
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.discovery import Box, Condition, Discovery
    from bhxh_forecast.analysis.goal import Goal
    from bhxh_forecast.analysis.sensitivity import Sensitivity
    from bhxh_forecast.inputs import Inputs

SHOWN = 8


class SensitivityWords:
    """One sensitivity analysis in one language.

    Parameters
    ----------
    found
        Indices and odds.
    boxes
        When each target fails.
    inputs
        Names and units of the uncertainties.
    lang
        ``vi`` or ``en``.
    """

    def __init__(self, found: Sensitivity, boxes: tuple[Discovery, ...], inputs: Inputs, lang: str) -> None:
        self.found, self.boxes, self.inputs, self.lang = found, boxes, inputs, lang
        self.text, self.fmt = Text(lang), Fmt(lang)

    def name(self, uncertainty: str) -> str:
        """Name of an uncertainty."""
        if uncertainty.startswith(NOW):
            return self.text(
                "sensitivity.now", series=self.text.label("series", uncertainty.removeprefix(NOW))
            )
        return capital(self.inputs.priors[uncertainty].name[self.lang])

    def asked(self, goal: Goal) -> str:
        """A target on its base, with the words that belong to it."""
        asked = target_words(self.text, goal.target, self.fmt.share(goal.required), goal.year)
        return f"{asked}, {base_words(self.text, goal.base, goal.as_written, goal.as_reported)}"

    def last(self) -> list[Goal]:
        """Goals of the plan's last year."""
        planned = [goal for goal in self.found.goals if goal.of_plan]
        year = max((goal.year for goal in planned), default=0)
        return [goal for goal in planned if goal.year == year]

    def indices(self, goal: Goal) -> Grid:
        """What matters most for one target."""
        text, fmt = self.text, self.fmt
        swings = self.found.swings
        own = swings[
            (swings["target"] == goal.target) & (swings["year"] == goal.year) & (swings["base"] == goal.base)
        ]
        by = own.set_index("id")
        rows = []
        for row in self.found.of(goal.target, goal.year, goal.base).head(SHOWN).to_dict("records"):
            swing = by.loc[row["id"]]
            rows.append(
                (
                    self.name(str(row["id"])),
                    fmt.share(row["first"], 0),
                    fmt.share(row["total"], 0),
                    fmt.number(row["rank"], 2),
                    fmt.probability(swing["low"]),
                    fmt.probability(swing["high"]),
                    fmt.points(swing["swing"]),
                )
            )
        keys = "uncertainty first total rank low high swing"
        heads = [text(f"sensitivity.column.{key}") for key in keys.split()]
        return Grid(self.asked(goal), heads, rows, note=self.split(goal), data=own)

    def split(self, goal: Goal) -> str:
        """Where the variance of a share comes from."""
        table = self.found.split
        row = table[
            (table["target"] == goal.target) & (table["year"] == goal.year) & (table["base"] == goal.base)
        ].iloc[0]
        parts = {k: self.fmt.share(row[k], 0) for k in ("surface", "unresolved", "later_noise")}
        return self.text("sensitivity.split", **parts)

    def condition(self, condition: Condition) -> str:
        """One side of a box, with its unit."""
        unit = "persons" if condition.id.startswith(NOW) else self.inputs.priors[condition.id].unit
        decimals = 0 if abs(condition.value) >= 1000 else 3
        number = self.fmt.number(condition.value, decimals)
        printed = (
            self.fmt.share(condition.value) if unit == "share" else f"{number} {self.text.unit(unit)}".strip()
        )
        side = "above" if condition.above else "up_to"
        return self.text(f"discovery.{side}", name=self.name(condition.id), value=printed)

    def box(self, box: Box) -> str:
        """One box in a sentence."""
        joined = self.text("discovery.and").join(self.condition(c) for c in box.conditions)
        shares = {"size": box.size, "failing": box.failing_elsewhere, "covered": box.covered}
        printed = {name: NIL if is_missing(v) else self.fmt.share(v, 0) for name, v in shares.items()}
        return self.text("discovery.box", conditions=joined, **printed)

    def discovery(self, found: Discovery) -> list[str]:
        """When a target fails, in sentences: the box that fails most, and the one that fails least."""
        key = "fails" if found.boxes else "plain"
        lines = [
            self.text(
                f"discovery.{key}", target=self.asked(found.goal), failing=self.fmt.probability(found.failing)
            )
        ]
        chosen = dict.fromkeys((*found.boxes[:2], *found.boxes[-1:]))
        return [*lines, *(f"  - {self.box(box)}" for box in chosen)]

    def answer(self) -> Answer:
        """Everything for the plan's last year."""
        value, one, other = self.found.largest_correlation
        pair = {"value": self.fmt.number(value, 2), "one": self.name(one), "other": self.name(other)}
        method = self.text("sensitivity.method", draws=self.fmt.number(self.found.draws), count=CHOSEN)
        foot = [line for found in self.boxes for line in self.discovery(found)]
        head = [self.text("sensitivity.head")]
        return Answer(
            head,
            [self.indices(goal) for goal in self.last()],
            [*foot, method, self.text("sensitivity.correlation", **pair)],
        )


def sensitivity_answer(found: Sensitivity, boxes: tuple[Discovery, ...], inputs: Inputs, lang: str) -> Answer:
    """A sensitivity analysis, ready to print."""
    return SensitivityWords(found, boxes, inputs, lang).answer()
