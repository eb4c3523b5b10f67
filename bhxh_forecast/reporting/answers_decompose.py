"""A difference taken apart, in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bhxh_forecast.reporting.answers import Answer, Grid, base_words, target_words
from bhxh_forecast.reporting.fmt import NIL, Fmt, is_missing
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.decompose import Decomposition
    from bhxh_forecast.inputs import Inputs

MEASURES = ("share", "probability", "cost", "paid")


class DecompositionWords:
    """One decomposition in one language.

    Parameters
    ----------
    found
        What was taken apart.
    inputs
        Names of provisions and assumptions.
    lang
        ``vi`` or ``en``.
    """

    def __init__(self, found: Decomposition, inputs: Inputs, lang: str) -> None:
        self.found, self.inputs, self.lang = found, inputs, lang
        self.text, self.fmt = Text(lang), Fmt(lang)

    def part(self, name: str) -> str:
        """Name of a part: a group of measures, a provision, an assumption."""
        if name in ("start", "end"):
            return self.text(f"decompose.{name}_{self.found.kind}")
        if name.startswith("law:"):
            provision = name.removeprefix("law:")
            return str(self.inputs.labels.get(provision, {}).get(self.lang, provision))
        if name in self.inputs.priors:
            return capital(self.inputs.priors[name].name[self.lang])
        return capital(self.text.label("lever_group", name))

    def value(self, measure: str, value: float, *, step: bool) -> str:
        """A mean, as a level or as a step from one level to another."""
        if is_missing(value):
            return NIL
        if measure in ("share", "probability"):
            if step:
                return self.fmt.points(value, 2)
            return self.fmt.share(value, 2)
        number = value / 1e9 if measure == "cost" else value
        return self.fmt.number(number, 1 if measure == "cost" else 0, sign=step)

    def head(self) -> list[str]:
        """What is taken apart and on which base."""
        goal, text = self.found.goal, self.text
        asked = target_words(text, goal.target, self.fmt.share(goal.required), goal.year)
        words = base_words(text, goal.base, goal.as_written, goal.as_reported)
        return [text(f"decompose.head_{self.found.kind}", name=self.found.name), f"{asked}, {words}."]

    def grid(self, measure: str) -> Grid:
        """Contributions to one measure in the goal's year."""
        text, table = self.text, self.found.table(self.found.goal.year)
        rows = []
        for _, row in table[table["measure"] == measure].iterrows():
            step = row["part"] not in ("start", "end")
            cells = [self.value(measure, row[name], step=step) for name in ("mean", "p10", "p50", "p90")]
            rows.append((self.part(str(row["part"])), *cells))
        heads = [text("decompose.part"), text("decompose.mean"), "P10", "P50", "P90"]
        title = text(f"decompose.measure.{measure}", year=self.found.goal.year)
        return Grid(title, heads, rows, data=table)

    def answer(self) -> Answer:
        """Everything."""
        foot = [self.text("decompose.method", runs=self.found.model_runs)]
        return Answer(self.head(), [self.grid(measure) for measure in MEASURES], foot)


def decomposition_answer(found: Decomposition, inputs: Inputs, lang: str) -> Answer:
    """A decomposition, ready to print."""
    return DecompositionWords(found, inputs, lang).answer()
