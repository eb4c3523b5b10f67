"""Population and workforce of some draws, by single age: what questions about people ask beyond the tables of a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.people import AGENCY, People, build_people, noise_rows
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import Streams, sample_priors
from bhxh_forecast.population.lifetable import life_expectancy, survival_ratios
from bhxh_forecast.population.summary import Summary, summarise
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

BASELINE = "current_policy"
MOST = 2000


@dataclass(frozen=True)
class PeopleDraws:
    """People of n draws.

    Attributes
    ----------
    inputs, line
        Data and months.
    people
        Population by age and workforce by month.
    factor
        Deviation of the labour force from its expected value, (T, n).
    params
        Sampled parameters, (n,).
    ancestor
        Candidate from which each draw descends, (n,), or None for plain prior draws.
    """

    inputs: Inputs
    line: Timeline
    people: People
    factor: Array
    params: dict[str, Array]
    ancestor: NDArray[np.int64] | None

    @classmethod
    def of(
        cls, inputs: Inputs, *, world: str = "reference", draws: int = MOST, seed: int, until: int
    ) -> PeopleDraws:
        """The first draws of a run (at most one block), conditioned as the run's are."""
        from bhxh_forecast.simulation import Chain, prepare

        chain = Chain.of([BASELINE], world=world, draws=draws, seed=seed, until=until, inputs=inputs)
        noise = chain.source.block(0, min(draws, chain.source.size))
        block = prepare(inputs, chain.line, noise, chain.changes, chain.baseline)
        return cls(inputs, chain.line, block.people, block.factor, block.params, block.ancestor)

    @classmethod
    def prior(cls, inputs: Inputs, *, draws: int, seed: int, until: int) -> PeopleDraws:
        """Draws of the priors, before any dated figure is seen; the labour force at its expected value."""
        line, streams = Timeline(inputs.as_of, until), Streams(seed)
        params = {name: v[:draws] for name, v in sample_priors(inputs.priors, streams, 1).items()}
        rows = noise_rows(inputs, line) | {f"{base}_noise": len(line.months) for base in AGENCY}
        noise = {name: streams.normals(name, 0, (count, draws)) for name, count in rows.items()}
        people = build_people(inputs, line, params, noise)
        return cls(inputs, line, people, np.ones((len(line.months), draws)), params, None)

    @property
    def stock(self) -> Array:
        """Persons on 1 January from the first year on, (n, Y + 1, 2, A)."""
        return self.people.population.stock

    @property
    def first(self) -> int:
        """Year of the first 1 January."""
        return int(self.people.population.years[0])

    @cached_property
    def before(self) -> Array:
        """Persons on the 1 January before the first, (n, 2, A): see `year_before`."""
        population = self.people.population
        mx = population.tables.mx[0] * population.mortality[:, 0][:, None, None]
        moved = population.migration[:, 0].sum(axis=-1)
        return year_before(self.stock[:, 0], mx, moved[:, None, None] * population.tables.pattern)

    def stock_of(self, year: int) -> Array:
        """Persons on a 1 January, (n, 2, A); `KeyError` outside the run and the year before it."""
        if year == self.first - 1:
            return self.before
        if not 0 <= year - self.first < self.stock.shape[1]:
            raise KeyError(year)
        found: Array = self.stock[:, year - self.first]
        return found

    def stock_at(self, year: int, within: float) -> Array:
        """Persons at a moment within a year (0 to 1), linear between the 1 Januaries, (n, 2, A)."""
        middle: Array = (1.0 - within) * self.stock_of(year) + within * self.stock_of(year + 1)
        return middle

    def labour_force(self, year: int) -> Array:
        """Mean labour force of a calendar year by the survey's definition of the time, (n,).

        Before the months of the run: the population of the middle of the year at the rates of the 13th definition.
        """
        months = self.line.months.astype("datetime64[Y]").astype(int) + 1970 == year
        if months.sum() == 12:
            force: Array = (self.people.work.lfs_15plus * self.factor)[months].mean(axis=0)
            return force
        from bhxh_forecast.coverage.people import PROFILES
        from bhxh_forecast.workforce.participation import read_profiles

        rates = read_profiles(self.inputs.table(PROFILES))["13"].rates
        people = self.stock_at(year, 0.5)
        scale = self.params["lf_ratio_13"] * self.factor[0]
        taken: Array = (people * rates).sum(axis=(1, 2)) * scale
        return taken

    def life_expectancy(self, year: int) -> Array:
        """Life expectancy at birth of both sexes, at the sex ratio at birth, (n,)."""
        population, y = self.people.population, year - self.first
        rates = population.tables.mx[y] * population.mortality[:, y][:, None, None]
        lives, boys = life_expectancy(rates), population.tables.srb[y]
        both: Array = (boys * lives[:, 0] + lives[:, 1]) / (1.0 + boys)
        return both

    def summary(self, values: Array) -> Summary:
        """Quantiles of (n, ...) with their Monte Carlo errors."""
        return summarise(values, ancestor=self.ancestor)


def year_before(stock: Array, mx: Array, migrants: Array) -> Array:
    """Take a population back by a year: migrants out, the others revived at the year's death rates.

    Parameters
    ----------
    stock
        Persons at the end of the year, (n, 2, A).
    mx
        Death rates of the year, (n, 2, A).
    migrants
        Net arrivals by age at its end, (n, 2, A).

    Returns
    -------
    ndarray
        Persons at its start, (n, 2, A). The open group is divided between the last two ages as it is at the end.
    """
    alive = np.maximum(stock - migrants, 0.0)
    ratios = survival_ratios(mx)
    earlier = np.zeros(stock.shape)
    earlier[..., :-1] = alive[..., 1:] / ratios[..., 1:]
    last, total = stock[..., -1:], stock[..., -2:].sum(axis=-1, keepdims=True)
    open_group = earlier[..., -2:-1] * np.divide(last, total, out=np.zeros_like(last), where=total > 0)
    earlier[..., -1:] = open_group
    earlier[..., -2:-1] -= open_group
    return earlier
