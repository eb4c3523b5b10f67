"""What a scenario changes, in words and as a table with the law it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting.answers import Answer, Grid
from bhxh_forecast.reporting.fmt import NIL, Fmt
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from bhxh_forecast.analysis.changes import Change
    from bhxh_forecast.inputs import Inputs, Scenario


class ScenarioWords:
    """One scenario in one language.

    Parameters
    ----------
    scenario, inputs
        The scenario and the data it was read against.
    found
        What it changes (``analysis.changes``).
    lang
        ``vi`` or ``en``.
    """

    def __init__(self, scenario: Scenario, found: tuple[Change, ...], inputs: Inputs, lang: str) -> None:
        self.scenario, self.found, self.inputs, self.lang = scenario, found, inputs, lang
        self.text, self.fmt = Text(lang), Fmt(lang)

    def name(self, change: Change) -> str:
        """Name of a lever or provision."""
        if change.kind == "lever":
            return self.inputs.levers[change.id].name[self.lang]
        return capital(self.inputs.labels.get(change.id, {}).get(self.lang, change.id))

    def value(self, value: Any, unit: str) -> str:
        """A value with its unit; nothing in force is said so."""
        if value is None or value != value:
            return self.text("changes.not_in_force")
        if isinstance(value, bool):
            return self.text("truth.true" if value else "truth.false")
        if isinstance(value, str):
            return value
        if unit.startswith("share"):
            return self.fmt.share(value)
        decimals = 0 if abs(value) >= 100 or value == round(value) else 2 if abs(value) >= 0.1 else 5
        return f"{self.fmt.number(value, decimals)} {self.text.unit(unit)}".strip()

    def sentence(self, change: Change) -> str:
        """One change in a sentence."""
        text, fmt = self.text, self.fmt
        values = {
            "before": self.value(change.before, change.unit),
            "after": self.value(change.after, change.unit),
        }
        start = text("changes.from", month=fmt.month(change.from_))
        end = "" if change.to is None else f" {text('changes.to', month=fmt.month(change.to))}"
        ramp = f", {text('changes.ramp', ramp=change.ramp)}" if change.ramp > 1 else ""
        said = text("changes.sentence", name=self.name(change), **values)
        return f"{said} ({start}{end}{ramp})"

    def period(self, change: Change) -> str:
        """First and last month in figures."""
        last = "" if change.to is None else f"{change.to:%m/%Y}"
        return f"{change.from_:%m/%Y}–{last}"

    def law(self, change: Change) -> str:
        """The rows of law that a change touches, with their standing."""
        if not change.law:
            return self.text("changes.no_law")
        rows = [f"{t.reference} [{self.text.label('source_status', t.status)}]" for t in change.law]
        return "; ".join(dict.fromkeys(rows))

    def table(self) -> Grid:
        """Id, baseline and scenario, months, law."""
        text = self.text
        rows = [
            (
                change.id,
                self.law(change),
                self.value(change.before, change.unit),
                self.value(change.after, change.unit),
                self.period(change),
                f"{change.ramp}" if change.ramp > 1 else NIL,
            )
            for change in self.found
        ]
        heads = [text(f"changes.column.{key}") for key in ["id", "law", "before", "after", "period", "ramp"]]
        return Grid(text("changes.table"), heads, rows, words=2)

    def answer(self) -> Answer:
        """Title, description, sentences, table."""
        text, scenario = self.text, self.scenario
        head = [f"{scenario.name}: {scenario.title[self.lang]}", scenario.description[self.lang]]
        if scenario.counterfactual:
            head.append(f"[{text('changes.counterfactual')}]")
        if not self.found:
            return Answer([line for line in [*head, text("changes.nothing")] if line])
        head += ["", text("changes.differs"), *(f"  - {self.sentence(change)}" for change in self.found)]
        return Answer(head, [self.table()], [text("changes.note")])


def scenario_answer(scenario: Scenario, found: tuple[Change, ...], inputs: Inputs, lang: str) -> Answer:
    """What a scenario changes, ready to print."""
    return ScenarioWords(scenario, found, inputs, lang).answer()
