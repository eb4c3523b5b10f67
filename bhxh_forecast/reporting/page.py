"""What a report is about: a run, a scenario, a world and a language; handed to every figure and table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.inputs.reads import unnoted
from bhxh_forecast.reporting.fmt import Fmt
from bhxh_forecast.reporting.parameters import check_parameters, injected
from bhxh_forecast.reporting.run_tables import RunTables
from bhxh_forecast.reporting.text import Text

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs


@dataclass(frozen=True)
class Page:
    """A run seen for one scenario and world, in one language.

    Attributes
    ----------
    run
        Tables and manifest.
    scenario, world
        What the page is about; comparisons read all scenarios of the world.
    lang
        ``vi`` or ``en``.
    """

    run: RunTables
    scenario: str
    world: str
    lang: str

    @cached_property
    def text(self) -> Text:
        """The strings of the page's language."""
        return Text(self.lang)

    @cached_property
    def fmt(self) -> Fmt:
        """The formats of the page's language."""
        return Fmt(self.lang)

    @property
    def inputs(self) -> Inputs:
        """Observations, law and register as of the run's date."""
        return self.run.inputs

    @property
    def as_of(self) -> date:
        """Day up to which data and law are known."""
        return self.run.as_of

    @property
    def until(self) -> int:
        """Last year of the projection."""
        return self.run.until

    @cached_property
    def geo(self) -> str:
        """The place of the run, as a code; it stands in every table, so that no one table needs to be looked at."""
        with unnoted():
            return str(self.run.table("targets", self.scenario, self.world)["geo"].iloc[0])

    def table(self, name: str) -> pd.DataFrame:
        """Rows of the page's scenario and world, for the run's own place."""
        return self._here(self.run.table(name, self.scenario, self.world))

    def all_scenarios(self, name: str) -> pd.DataFrame:
        """Rows of every scenario of the page's world."""
        return self._here(self.run.table(name, None, self.world))

    def _here(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["geo"] == self.geo].reset_index(drop=True) if "geo" in frame.columns else frame

    def title_of(self, kind: str, name: str) -> str:
        """Display name of a scenario (``scenarios``) or of external conditions (``worlds``)."""
        titles = self.run.entry(kind, name).get("title") or {}
        return str(titles.get(self.lang, name))

    @cached_property
    def scenario_title(self) -> str:
        """Display name of the scenario; a counterfactual says that it is one."""
        title = self.title_of("scenarios", self.scenario)
        said = self.text("scenario.counterfactual").split(",")[0] in title.lower()
        if self.run.entry("scenarios", self.scenario).get("counterfactual") and not said:
            return f"{title} ({self.text('scenario.counterfactual')})"
        return title

    @cached_property
    def run_line(self) -> str:
        """Source line of every picture: the run's date, draws, scenario and external conditions."""
        return self.text("source.run", scenario=self.scenario_title, **self._run_facts())

    @cached_property
    def shared_line(self) -> str:
        """The same without a scenario, for what all scenarios share."""
        return self.text("source.shared", **self._run_facts())

    def _run_facts(self) -> dict[str, str]:
        return {
            "world": self.title_of("worlds", self.world),
            "as_of": self.fmt.short_date(self.as_of),
            "draws": self.fmt.number(self.run.manifest["draws"]),
        }


def open_page(
    scenario: str,
    world: str,
    draws: int,
    seed: int,
    as_of: str | date | None,
    until: int,
    lang: str,
    run_dir: str,
) -> Page:
    """Open the page of a notebook from its parameters; wrong ones are refused before anything is computed.

    Raises
    ------
    InputError
        A parameter is misspelt or has a wrong type or range, or the run does not hold the scenario.
    """
    check_parameters(injected() | locals(), "notebook")
    run = RunTables.open(run_dir, scenario, world, draws, seed, as_of, until)
    return Page(run=run, scenario=scenario, world=world, lang=lang)
