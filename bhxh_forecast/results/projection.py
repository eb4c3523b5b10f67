"""Results as an economist asks for them: tables, draws, differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.assumptions_table import assumptions_table
from bhxh_forecast.results.budget_table import budget_table
from bhxh_forecast.results.collect import PeopleCollector
from bhxh_forecast.results.coverage_table import History, coverage_table, last_observed
from bhxh_forecast.results.draws import ScenarioDraws
from bhxh_forecast.results.effects_table import effects_table
from bhxh_forecast.results.estimate_table import estimate_table
from bhxh_forecast.results.indicators_table import indicators_table
from bhxh_forecast.results.people_tables import for_scenario, population_table, workforce_table
from bhxh_forecast.results.sufficiency_table import sufficiency_table
from bhxh_forecast.results.targets_table import Passed, targets_table
from bhxh_forecast.timeline import Timeline, month_end

if TYPE_CHECKING:
    import xarray as xr

    from bhxh_forecast.inputs.reader import Inputs
    from bhxh_forecast.inputs.scenarios import Scenario
    from bhxh_forecast.inputs.worlds import World


@dataclass(frozen=True)
class RunFacts:
    """What a run rests on: seed, draws, source of the draws, what is random and what is frozen."""

    seed: int
    draws: int
    as_of: str
    until: int
    posterior: dict[str, Any]
    effective_sizes: dict[str, float]
    candidates: int
    law_vintage: str
    random: list[str]
    frozen: list[str]

    def manifest_info(self) -> dict[str, Any]:
        """What the manifest records of the run."""
        return {
            "as_of": self.as_of,
            "until": self.until,
            "seed": self.seed,
            "draws": self.draws,
            "posterior": self.posterior,
            "effective_sizes": self.effective_sizes,
            "candidates": self.candidates,
            "law_vintage": self.law_vintage,
            "random": self.random,
            "frozen": self.frozen,
        }


class Shared:
    """What the scenarios of a world have in common; tables are built once, when first asked for."""

    def __init__(self, people: PeopleCollector, line: Timeline, inputs: Inputs) -> None:
        self.people, self.line, self.inputs = people, line, inputs
        self.history = History()
        self.passed: Passed = {}

    @cached_property
    def observed(self) -> dict[str, int]:
        """Last observed month by series."""
        return last_observed(self.inputs.observations, self.inputs.geo, self.line)

    @cached_property
    def population(self) -> pd.DataFrame:
        """Population table without scenario and world."""
        return population_table(self.people.groups["all"], self.line.years.astype(float), self.inputs.geo)

    @cached_property
    def workforce(self) -> pd.DataFrame:
        """Workforce table without scenario and world."""
        totals = {(base, "total"): values for base, values in self.people.bases.items()}
        return workforce_table({**self.people.by_sex, **totals}, self.line, self.inputs.geo)


@dataclass(frozen=True)
class Projection:
    """One scenario in one world.

    Attributes
    ----------
    inner
        All draws.
    scenario, world
        What was run.
    facts
        What it rests on.
    """

    inner: ScenarioDraws
    scenario: Scenario
    world: World
    facts: RunFacts
    inputs: Inputs
    shared: Shared
    baseline: ScenarioDraws | None = None

    def targets(self) -> pd.DataFrame:
        """Odds of each target of the plan on each base."""
        passed = None if self.inner.counterfactual else self.shared.passed
        i = self.inputs
        return targets_table(self.inner, i.targets, i.observations, i.geo, passed)

    def coverage(self) -> pd.DataFrame:
        """Counts and shares by month with seven quantiles."""
        return coverage_table(self.inner, self.inputs.geo, self.shared.observed, self.shared.history)

    def budget(self) -> pd.DataFrame:
        """Annual amounts by programme, legal origin, source, field, recognition and price basis."""
        return budget_table(self.inner, self.inputs.geo)

    def population(self) -> pd.DataFrame:
        """Population on 1 January by sex and five-year age group."""
        return for_scenario(self.shared.population, self.inner.name, self.inner.world)

    def workforce(self) -> pd.DataFrame:
        """Denominators by month and sex."""
        return for_scenario(self.shared.workforce, self.inner.name, self.inner.world)

    def indicators(self) -> pd.DataFrame:
        """Further yearly results."""
        return indicators_table(self.inner, self.baseline, self.inputs.geo)

    def estimate(self) -> pd.DataFrame:
        """People, paid months, unit costs and cost of the central projection by month and group."""
        return estimate_table(self.inner, self.inputs.geo)

    def sufficiency(self) -> pd.DataFrame:
        """Odds that an amount suffices, by fiscal year."""
        return sufficiency_table(self.inner, self.inputs.geo)

    def assumptions(self) -> pd.DataFrame:
        """Register of assumptions with their effect on the odds."""
        return assumptions_table(self.inputs, self.inner)

    def assumption_effects(self) -> pd.DataFrame:
        """What each assumption does to the cost of the estimate's year and to the odds of each target."""
        return effects_table(self.inputs, self.inner)

    def draws(self, series: str, *, base: str = "none") -> xr.DataArray:
        """Draws of a series by month, dimensions (draw, date).

        Raises
        ------
        KeyError
            When there is no such series on that base.
        """
        import xarray as xr

        values = self.inner.series(series, base)
        unit = "persons" if base == "none" else "share"
        dates = month_end(self.inner.line.months).astype("datetime64[ns]")
        attrs = {
            "unit": unit,
            "base": base,
            "source": f"{self.inner.name} in {self.inner.world}, as of {self.facts.as_of}",
        }
        return xr.DataArray(values.T, dims=("draw", "date"), coords={"date": dates}, name=series, attrs=attrs)

    def minus(self, other: Projection) -> Effects:
        """Effects of this scenario against another on the same draws.

        Raises
        ------
        ValueError
            When the draws are not the same.
        """
        mine, theirs = self.facts, other.facts
        if (mine.seed, mine.draws, mine.posterior["sha256"]) != (
            theirs.seed,
            theirs.draws,
            theirs.posterior["sha256"],
        ):
            raise ValueError("effects need the same draws: same seed, number of draws and source")
        return Effects(self, other)

    def manifest_info(self) -> dict[str, Any]:
        """What the manifest records of the run."""
        return self.facts.manifest_info()


@dataclass(frozen=True)
class Effects:
    """Differences between two scenarios, draw by draw."""

    scenario: Projection
    reference: Projection

    def draws(self, series: str, *, base: str = "none") -> xr.DataArray:
        """Difference of a series by month, (draw, date)."""
        return self.scenario.draws(series, base=base) - self.reference.draws(series, base=base)

    def budget(self, programme: str = "total") -> Array:
        """Difference of a programme's annual cost, VND at current prices, (Y, draw)."""
        mine, theirs = self.scenario.inner.budget, self.reference.inner.budget
        difference: Array = mine.programme(programme) - theirs.programme(programme)
        return difference


class Projections(Mapping[str, Projection]):
    """Projections of several scenarios in one world, by scenario name."""

    def __init__(self, items: list[Projection]) -> None:
        self._items = {item.inner.name: item for item in items}

    def __getitem__(self, name: str) -> Projection:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
