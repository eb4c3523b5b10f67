"""What the figures can move, stage by stage, and the likelihood of it with the paths integrated out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.calibration.laplace import marginal
from bhxh_forecast.calibration.national_fit import NationalFit
from bhxh_forecast.calibration.parts import (
    Parts,
    Setting,
    employment_parts,
    pension_parts,
    voluntary_parts,
)
from bhxh_forecast.calibration.path import Problem
from bhxh_forecast.calibration.space import OWN, UNIFORM, Space
from bhxh_forecast.coverage.types import Array, Pools
from bhxh_forecast.timeline import month_number, year_of

EMPLOYMENT = ("csi_sigma", "ui_sigma")
OLD_AGE = (
    "pension_take",
    "pension_exit",
    "pension_other_inflow",
    "pension_noise_sd",
    "pension_start",
)
PLACE = ("entry_burst", "vsi_start", "peak_local", "target_pressure", "poor_offset")
POOLED_HERE = ("lapse_first_year", "lapse_later", "sigma_entry", "vsi_noise_rho", "kappa_price_lapse")
PLACE_PEAK = f"{UNIFORM}place:"
ROUNDS = 2  # Gauss-Newton steps from the mode of the prior means
FIRST_ROUNDS = 12


@dataclass(frozen=True)
class Reference:
    """Medians of what earlier stages give, (T,): pools by name, and employees."""

    pools: dict[str, Array]
    employees: Array

    def repeated(self, n: int) -> tuple[Pools, Array]:
        """The same for n draws, (T, n)."""
        pools = Pools(**{name: np.repeat(path[:, None], n, axis=1) for name, path in self.pools.items()})
        return pools, np.repeat(self.employees[:, None], n, axis=1)


Likelihood = Callable[[Array], Array]


class Marginal:
    """Log likelihood of parameters (d, n) -> (n,), begun from one mode."""

    def __init__(self, problem: Callable[[Array], tuple[Problem, Array, Array]], size: int) -> None:
        self.problem = problem
        found, target, sd = problem(np.zeros((size, 1)))
        self.begin = marginal(found, target, sd, FIRST_ROUNDS)[1]

    def __call__(self, z: Array) -> Array:
        """Log likelihood."""
        found, target, sd = self.problem(z)
        return marginal(found, target, sd, ROUNDS, self.begin)[0]


@dataclass(frozen=True)
class Stage:
    """A stage of the posterior: its coordinates, its log likelihood, and the part of it that conditioning repeats.

    Attributes
    ----------
    name
        That of the stage of conditioning.
    space
        Coordinates.
    likelihood
        Log likelihood of all figures.
    of_place
        Log likelihood of the place's own figures, for which conditioning weighs again.
    """

    name: str
    space: Space
    likelihood: Likelihood
    of_place: Likelihood


def _of(parts: Parts) -> tuple[Problem, Array, Array]:
    return parts.problem, parts.target, parts.sd


def employment_stage(s: Setting, reference: Reference) -> Stage:
    """Spread of the two walks of compulsory and unemployment insurance."""
    space = Space(s.inputs.priors, EMPLOYMENT)
    start = s.inputs.priors["vsi_start"].mean()

    def problem(z: Array) -> tuple[Problem, Array, Array]:
        pools, _ = reference.repeated(z.shape[1])
        return _of(employment_parts(s, space.params(z), np.log(pools.liable), start))

    found = Marginal(problem, space.size)
    return Stage("employment", space, found, found)


def old_age_stage(s: Setting, reference: Reference) -> Stage:
    """Inflow, exits and first stock of pensions."""
    space = Space(s.inputs.priors, OLD_AGE)

    def problem(z: Array) -> tuple[Problem, Array, Array]:
        pools, _ = reference.repeated(z.shape[1])
        return _of(pension_parts(s, space.params(z), pools.crossing))

    found = Marginal(problem, space.size)
    return Stage("old_age", space, found, found)


class Voluntary:
    """Voluntary insurance of the nation and the place: behaviour in common, level, noise and lapse pooled in part."""

    def __init__(self, s: Setting, nation: NationalFit, reference: Reference) -> None:
        self.s, self.nation, self.reference = s, nation, reference
        line = s.line
        months = [f.month for f in s.found("vsi_participants") if month_number(line.months)[f.month] == 12]
        self.years = [int(year_of(line.months)[t]) for t in months]
        smooth = [name for name in nation.space.names if not name.startswith(UNIFORM)]
        own = [f"{OWN}{name}" for name in POOLED_HERE]
        switches = [name for name in nation.space.names if name.startswith(UNIFORM)]
        names = (*smooth, *PLACE, *own, *switches, *(f"{PLACE_PEAK}{year}" for year in self.years))
        self.space = Space(s.inputs.priors, names)
        self.national = [names.index(name) for name in nation.space.names]
        self.of_nation = Marginal(lambda z: self.nation_problem(z), self.space.size)
        self.of_place = Marginal(lambda z: _of(self.place_parts(z)), self.space.size)

    def stage(self) -> Stage:
        """The joint stage."""
        return Stage("voluntary", self.space, lambda z: self.of_nation(z) + self.of_place(z), self.of_place)

    def nation_problem(self, z: Array) -> tuple[Problem, Array, Array]:
        """Path of the nation's entry."""
        path = self.nation.parts(z[self.national])
        last = max(f.month for f in path.found) + 1
        target, sd = (np.array([getattr(f, a) for f in path.found]) for a in ("log_value", "sd"))
        return Problem(path.model(slice(None)), path.noise, path.terms, last), target, sd

    def place_values(self, z: Array) -> dict[str, Array]:
        """Parameters of the place, (n,) each, and its plain uniforms by year."""
        values = self.space.values(z)
        found = {name: v for name, v in values.items() if not name.startswith((UNIFORM, OWN))}
        found |= {name.removeprefix(OWN): v for name, v in values.items() if name.startswith(OWN)}
        return found | {name: v for name, v in values.items() if name.startswith(PLACE_PEAK)}

    def place_parts(self, z: Array) -> Parts:
        """Path of the place's entry on the reference pools."""
        n, values = z.shape[1], self.place_values(z)
        p = self.space.params(z) | {k: v for k, v in values.items() if not k.startswith(UNIFORM)}
        years = self.s.line.until - int(year_of(self.s.line.months)[0]) + 1
        peak_u = np.ones((years, n))
        for year in self.years:
            peak_u[year - int(year_of(self.s.line.months)[0])] = values[f"{PLACE_PEAK}{year}"]
        pools, employees = self.reference.repeated(n)
        return voluntary_parts(self.s, p, pools, employees, peak_u)
