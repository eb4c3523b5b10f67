"""The workforce of a block of draws: denominators and pools by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.population.region import RegionPopulation
from bhxh_forecast.workforce.ageing import Axis, Participation, Sums, sums_by_month
from bhxh_forecast.workforce.bridge import Walk, agency_bridge
from bhxh_forecast.workforce.participation import DEFINITIONS, Profile
from bhxh_forecast.workforce.pools import POOL_PARAMETERS, liable_jobs

Array = NDArray[np.float64]
PARAMETERS = ("lf_ratio_13", "lf_ratio_19", "lfpr_retirement_shift", *POOL_PARAMETERS)
AGENCY_PARAMETERS = tuple(
    f"{base}_{kind}" for base in ("agency", "agency_voluntary") for kind in ("sigma", "step_sd", "start_sd")
)
CHANGE_OF_DEFINITION = np.datetime64("2021-01", "M")  # the survey adopted the 19th ICLS
WAGE_ANCHOR = np.datetime64("2024-12", "M")
BREAK = (np.datetime64("2022-01", "M"), np.datetime64("2023-12", "M"))  # of the agency's denominators
ELDER_AGES = (60, *range(70, 81))


@dataclass(frozen=True)
class Figures:
    """Dated figures of an administrative denominator: month index, persons, error in ln; each (m,)."""

    months: NDArray[np.int64]
    values: Array
    sd: Array


@dataclass(frozen=True)
class WorkforceBlock:
    """Workforce by month; persons at month ends, (T, n) unless said: one month of all draws is solid in memory.

    Attributes
    ----------
    working_age_population, past_retirement_age
        People of 15 and over within legal working age, and past it: complements.
    population_15plus
        Their sum.
    lfs_15plus, lfs_working_age
        Labour force of the survey, all and within working age; 13th ICLS until December 2020, then 19th.
    labour_force_19
        Labour force on the 19th basis in every month (latent before 2021).
    agency, agency_voluntary
        Administrative denominators.
    crossing
        People who reach their legal retirement age in the month.
    liable_resident, liable
        Wage jobs liable to compulsory insurance: of residents, and on the registration basis.
    elders
        People of at least `ELDER_AGES` on 1 Januaries, (Y + 1, 12, n): see `older_than`.
    death_rate_75
        Deaths per person-year of people of 75 and over, by calendar year, (Y, n).
    axis
        Months against 1 Januaries.
    by_sex
        (T, 2, n), men first, of the four denominators that the survey and the population give.
    """

    working_age_population: Array
    past_retirement_age: Array
    population_15plus: Array
    lfs_15plus: Array
    lfs_working_age: Array
    labour_force_19: Array
    agency: Array
    agency_voluntary: Array
    crossing: Array
    liable_resident: Array
    liable: Array
    elders: Array
    death_rate_75: Array
    axis: Axis
    by_sex: dict[str, Array] = field(default_factory=dict)

    def older_than(self, age: int) -> Array:
        """People of at least an age of `ELDER_AGES` at month ends, (T, n)."""
        return self.axis.monthly(self.elders[:, ELDER_AGES.index(age)])

    def elders_from_70(self) -> Array:
        """People of at least 70, 71, ..., 80 at month ends, (T, 11, n)."""
        return self.axis.monthly(self.elders[:, 1:])

    def denominator(self, base: str) -> Array:
        """One of the closed list of denominators by its name, (T, n); `KeyError` for another."""
        if base not in BASES:
            raise KeyError(base)
        values: Array = getattr(self, base)
        return values


# How each denominator is known: a survey publishes it; it is derived from population, survey and law; or it exists only
# as the base that published rates of an administration imply.
BASE_KINDS = {
    "working_age_population": "derived",
    "lfs_15plus": "published",
    "lfs_working_age": "derived",
    "agency": "administrative",
    "agency_voluntary": "administrative",
    "past_retirement_age": "derived",
}
BASES = tuple(BASE_KINDS)


def build(
    population: RegionPopulation,
    months: NDArray[np.datetime64],
    legal_age: Array,
    profiles: dict[str, Profile],
    figures: Mapping[str, Figures],
    params: Mapping[str, Array | float],
    noise: Mapping[str, Array],
    as_of_index: int,
    *,
    persistence: float = 0.0,
) -> WorkforceBlock:
    """Build the workforce of a block of draws.

    Parameters
    ----------
    population
        Population by draw, (n, Y + 1, 2, A).
    months
        Month axis, datetime64[M], (T,).
    legal_age
        Legal retirement age in months by month, (2, T), men first.
    profiles
        Participation by definition: `participation.read_profiles`.
    figures
        Dated figures of ``agency`` and ``agency_voluntary``.
    params
        `PARAMETERS`, each (n,) or a number, and `AGENCY_PARAMETERS`, numbers.
    noise
        ``lf_noise``: log deviation of the labour force from its expected value, realised path, (T, n);
        ``agency_noise``, ``agency_voluntary_noise``: standard normals, (n, T + figures).
    as_of_index
        Index of the as-of month: trends are damped after it.
    persistence
        Share of the trend of participation by age that is left a year later.

    Raises
    ------
    KeyError
        If a parameter, a noise or a figure is missing.
    """
    n = len(population.stock)
    values = {name: np.broadcast_to(np.asarray(params[name], dtype=float), (n,)) for name in PARAMETERS}
    axis = Axis.of(months, int(population.years[0]))
    stock = np.moveaxis(population.stock, 1, 0)
    published = ["13" if month < CHANGE_OF_DEFINITION else "19" for month in months]
    moving = Participation(
        {name: profiles[name] for name in DEFINITIONS},
        published,
        values["lfpr_retirement_shift"],
        persistence,
    )
    sums = sums_by_month(stock, axis, legal_age, moving)
    force, within, force_19 = _survey(sums, months, values, np.exp(noise["lf_noise"]))
    working = sums.adults - sums.past
    resident, registered = liable_jobs(force_19, values, _index(months, WAGE_ANCHOR), as_of_index)
    working_total = working.sum(axis=1)
    centre = float(working_total[0].mean())
    return WorkforceBlock(
        working_age_population=working_total,
        past_retirement_age=sums.past.sum(axis=1),
        population_15plus=sums.adults.sum(axis=1),
        lfs_15plus=force.sum(axis=1),
        lfs_working_age=within.sum(axis=1),
        labour_force_19=force_19,
        agency=_administrative("agency", figures, params, noise, months, centre),
        agency_voluntary=_administrative("agency_voluntary", figures, params, noise, months, centre),
        crossing=sums.crossing.sum(axis=1),
        liable_resident=resident,
        liable=registered,
        elders=_elders(stock),
        death_rate_75=population.death_rate(75).T,
        axis=axis,
        by_sex={
            "working_age_population": working,
            "past_retirement_age": sums.past,
            "lfs_15plus": force,
            "lfs_working_age": within,
        },
    )


def _survey(
    sums: Sums, months: NDArray[np.datetime64], values: Mapping[str, Array], noise: Array
) -> tuple[Array, Array, Array]:
    """Labour force and that of working age by sex (T, 2, n), and the 19th basis in every month (T, n)."""
    new = (months >= CHANGE_OF_DEFINITION)[:, None]
    scale_19 = noise * values["lf_ratio_19"]
    scale = np.where(new, scale_19, noise * values["lf_ratio_13"])[:, None]
    force = sums.force * scale
    within = force - sums.force_past * scale
    return force, within, sums.latest * scale_19


def _administrative(
    base: str,
    figures: Mapping[str, Figures],
    params: Mapping[str, Array | float],
    noise: Mapping[str, Array],
    months: NDArray[np.datetime64],
    centre: float,
) -> Array:
    """Paths of an administrative denominator, (T, n)."""
    first, last = (_index(months, month) for month in BREAK)
    sigma, step, start = (
        float(np.mean(params[f"{base}_{kind}"])) for kind in ("sigma", "step_sd", "start_sd")
    )
    known = figures[base]
    middle = float(known.values[0]) if len(known.values) else centre
    walk = Walk(sigma, step, (first, last), start)
    return agency_bridge(known.months, known.values, known.sd, walk, noise[f"{base}_noise"], centre=middle)


def _elders(stock: Array) -> Array:
    """People of at least each of `ELDER_AGES` on 1 Januaries, (Y + 1, 12, n), from (Y + 1, n, 2, A)."""
    old = stock[..., ELDER_AGES[0] :]
    ages = np.arange(ELDER_AGES[0], ELDER_AGES[0] + old.shape[-1])
    above = (ages[:, None] >= np.array(ELDER_AGES)).astype(float)
    return np.ascontiguousarray(((old[:, :, 0] + old[:, :, 1]) @ above).swapaxes(1, 2))


def _index(months: NDArray[np.datetime64], month: np.datetime64) -> int:
    """Position of a month on the axis (may lie off it)."""
    return int((month - months[0]).astype(int))
