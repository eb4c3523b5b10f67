"""Figures, noise, linear terms and model of each stage: the same for weighing draws and for sampling parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.calibration.figures import Figure, figures, without_voluntary
from bhxh_forecast.calibration.models import employment_model, pension_model, voluntary_model
from bhxh_forecast.calibration.noise import Noise, Pair, Term
from bhxh_forecast.calibration.path import Model, Problem
from bhxh_forecast.coverage.compulsory import ANCHOR, registered
from bhxh_forecast.coverage.context import group_shares, regime
from bhxh_forecast.coverage.context_parts import build_context
from bhxh_forecast.coverage.convert import damped_years, monthly_ar1
from bhxh_forecast.coverage.stage import december_peak
from bhxh_forecast.coverage.types import Array, Drivers, Pools
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from bhxh_forecast.coverage.voluntary_types import VoluntaryContext
    from bhxh_forecast.inputs.reader import Inputs

Params = dict[str, Array]


@dataclass(frozen=True)
class Parts:
    """What conditioning a path needs besides its draws."""

    found: Sequence[Figure]
    noise: Noise | Pair
    terms: Sequence[Term]
    model: Model

    @property
    def target(self) -> Array:
        """Logs of the figures, (K,)."""
        return np.array([f.log_value for f in self.found])

    @property
    def sd(self) -> Array:
        """Errors of the logs, (K,)."""
        return np.array([f.sd for f in self.found])

    @property
    def problem(self) -> Problem:
        """The path up to the last figure."""
        return Problem(self.model, self.noise, self.terms, max(f.month for f in self.found) + 1)


@dataclass(frozen=True)
class Setting:
    """What all draws of a stage share."""

    inputs: Inputs
    line: Timeline
    drivers: Drivers

    @property
    def months(self) -> int:
        """Length of the axis."""
        return len(self.line.months)

    def found(self, series: str) -> list[Figure]:
        """Figures of a series up to the as-of month."""
        rows = figures(self.inputs.observations, series, self.inputs.geo, self.line)
        return [f for f in rows if f.month <= self.line.as_of_index]

    def term(self, name: str, profile: Array) -> Term:
        """A parameter with a normal prior that enters a path linearly."""
        prior = self.inputs.priors[name]
        return Term(name, prior.p1, prior.p2, profile)


def walk(sigma: Array) -> Noise:
    """Random walk from nothing with an annual step."""
    return Noise(np.ones(len(sigma)), sigma / np.sqrt(12.0), np.zeros(len(sigma)))


def autoregression(rho: Array, sigma: Array, burst: Array | None = None) -> Noise:
    """Stationary AR(1) with annual coefficient and innovation, with independent monthly bursts if given."""
    rho_m, sigma_m = monthly_ar1(rho, sigma)
    return Noise(rho_m, sigma_m, sigma / np.sqrt(1.0 - rho**2), burst)


def employment_figures(s: Setting, start: float) -> tuple[list[Figure], list[Figure]]:
    """Figures of compulsory participants (totals less voluntary members where there is no split) and of the insured."""
    split, total = s.found("csi_participants"), s.found("si_total_participants")
    found = without_voluntary(total, split, s.found("vsi_participants"), start)
    return found, s.found("ui_participants")


def employment_parts(s: Setting, p: Params, log_pool: Array, start: float) -> Parts:
    """Compulsory participants and those of them insured against unemployment; ``log_pool`` (T, n)."""
    n = log_pool.shape[1]
    years = damped_years(s.months, s.line.index(ANCHOR), s.line.as_of_index, p["trend_rho"])
    one, none = np.ones((s.months, 1)), np.zeros((s.months, 1))
    terms = [
        *(s.term(name, np.concatenate([one, none])) for name in ("csi_z0", "csi_logit_2024")),
        s.term("csi_drift", np.concatenate([years, np.zeros_like(years)])),
        s.term("ui_logit", np.concatenate([none, one])),
    ]
    still = p | {name: np.zeros(n) for name in ("csi_logit_2024", "csi_drift")}
    base = registered(s.line, still, np.zeros((s.months, n))).logit
    found, insured = employment_figures(s, start)
    at, insured_at = [f.month for f in found], [f.month for f in insured]
    noise = Pair(walk(p["csi_sigma"]), walk(p["ui_sigma"]))
    return Parts([*found, *insured], noise, terms, employment_model(log_pool, base, at, insured_at))


def pension_parts(s: Setting, p: Params, crossing: Array) -> Parts:
    """Recipients of pensions and monthly benefits; ``crossing`` (T, n)."""
    found, n = s.found("pension_monthly_beneficiaries"), crossing.shape[1]
    shocks = Noise(np.zeros(n), np.ones(n), np.ones(n))
    model = pension_model(s.line, s.drivers, p, crossing, [f.month for f in found])
    return Parts(found, shocks, [], model)


def voluntary_parts(s: Setting, p: Params, pools: Pools, employees: Array, peak_u: Array) -> Parts:
    """Voluntary counts under entry noise; level and regime of entry are terms of the path."""
    found = s.found("vsi_participants")
    terms = [
        s.term("entry_level", np.ones((s.months, 1))),
        s.term("mu_regime", regime(s.line)[:, None] - 1.0),
    ]
    noise = autoregression(p["vsi_noise_rho"], p["sigma_entry"], p["entry_burst"])
    plain = p | {name: np.zeros_like(p[name]) for name in ("entry_level", "mu_regime")}
    ctx = voluntary_context(s, plain, pools, employees)
    peak = december_peak(s.line, p, peak_u)
    return Parts(found, noise, terms, voluntary_model(ctx, p["vsi_start"], peak, [f.month for f in found]))


def voluntary_context(s: Setting, p: Params, pools: Pools, employees: Array) -> VoluntaryContext:
    """What a month of voluntary insurance of the place depends on, ``employees`` (T, n)."""
    share, owners = group_shares(s.line, s.drivers, p), np.zeros_like(employees)
    resident = employees / p["in_registration"]
    return build_context(s.line, s.drivers, p, pools, share, resident, employees, owners)
