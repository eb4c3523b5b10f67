"""The nation's voluntary stage as a function of what its figures can move, the path of entry integrated out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from bhxh_forecast.calibration.latent import Path
from bhxh_forecast.calibration.models import voluntary_model
from bhxh_forecast.calibration.nation import Nation, national_context
from bhxh_forecast.calibration.noise import Noise, Term
from bhxh_forecast.calibration.path import Model
from bhxh_forecast.calibration.space import UNIFORM, Space
from bhxh_forecast.coverage.convert import monthly_ar1
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.inputs.priors import Prior
from bhxh_forecast.timeline import year_of

Params = dict[str, Array]
COORDINATES = (
    "eps_price", "p0_hassle", "kappa_price_lapse", "q_imitation", "vsi_noise_rho", "sigma_entry", "lapse_first_year",
    "lapse_later", "lumpsum_voluntary", "vsi_retire", "vsi_to_csi", "dormant_exit", "vsi_return", "sep_to_vsi",
    "yearend_peak", "peak_probability", "income_growth",
)  # fmt: skip


def coordinates(nation: Nation, priors: Mapping[str, Prior]) -> Space:
    """What the nation's voluntary figures can move: behaviour, and one uniform for each December with a peak."""
    at = nation.peak_months
    years = [f"{UNIFORM}{year_of(nation.line.months)[t]}" for t in at if t <= nation.line.as_of_index]
    free = [name for name in COORDINATES if priors[name].distribution != "fixed"]
    return Space(priors, (*free, *years))


@dataclass(frozen=True)
class Variant:
    """A structural variant of the voluntary stage.

    Attributes
    ----------
    name
        Its name in tables.
    regime
        ``held``: the regime's effect stays after the as-of month where it was then; ``ramp``: it goes on rising to the
        month that the equations state, which nobody knew then; ``none``: there is no regime, its entry is noise.
    fixed
        Parameters set to a value (a mechanism switched off).
    """

    name: str
    regime: str = "held"
    fixed: Mapping[str, float] = field(default_factory=dict)


FULL = Variant("full")
ALTERNATIVES = (
    Variant("ramp", "ramp"),
    Variant("no_regime", "none"),
    Variant("lasting_noise", "none", {"vsi_noise_rho": 0.97}),
    Variant("no_imitation", "held", {"q_imitation": 0.0, "kappa_price_lapse": 0.0}),
    Variant("short_noise", "held", {"vsi_noise_rho": 0.4}),
)


class NationalFit:
    """The nation's voluntary stage as a function of coordinates, the path of entry integrated out."""

    def __init__(
        self, nation: Nation, priors: Mapping[str, Prior], streams: Streams, variant: Variant = FULL
    ) -> None:
        self.nation, self.streams = nation, streams
        self.priors = dict(priors) | {
            name: replace(priors[name], distribution="fixed", p1=value, lower=-np.inf, upper=np.inf)
            for name, value in variant.fixed.items()
        }
        self.space = coordinates(nation, self.priors)
        first, *self.found = nation.voluntary
        self.first = first
        self.terms = entry_terms(nation, self.priors, variant)

    def params(self, z: Array) -> tuple[Params, Array]:
        """Parameters and the peaks (T, n) of coordinates (d, n)."""
        p, values = self.space.params(z), self.space.values(z)
        p["vsi_start"] = np.full(z.shape[1], self.first.value)
        peak = np.zeros((len(self.nation.line.months), z.shape[1]))
        size = np.expm1(p["yearend_peak"])
        for t in self.nation.peak_months:
            year = f"{UNIFORM}{year_of(self.nation.line.months)[t]}"
            if year in values:
                peak[t] = np.where(values[year] < p["peak_probability"], size, 0.0)
        return p, peak

    def path(self, p: Params, peak: Array, name: str, solves: int = 5) -> Path:
        """The path of entry of some draws."""
        rho, sigma = monthly_ar1(p["vsi_noise_rho"], p["sigma_entry"])
        spread = p["sigma_entry"] / np.sqrt(1.0 - p["vsi_noise_rho"] ** 2)
        at = [f.month for f in self.found]

        def model(rows: slice) -> Model:
            mine = some(p, rows)
            return voluntary_model(national_context(self.nation, mine), mine["vsi_start"], peak[:, rows], at)

        months = len(self.nation.line.months)
        return Path(name, months, self.found, Noise(rho, sigma, spread), self.terms, model, 4, solves)

    def parts(self, z: Array) -> Path:
        """The path of coordinates, to be integrated out."""
        p, peak = self.params(z)
        return self.path(p, peak, "nation:u")

    def likelihood(self, z: Array, step: int) -> Array:
        """Log likelihood of coordinates, unbiased in the noise of its own draws, (n,)."""
        p, peak = self.params(z)
        _, weight = self.path(p, peak, f"nation:u:{step}").fit(self.streams, z.shape[1])
        return weight


def entry_terms(nation: Nation, priors: Mapping[str, Prior], variant: Variant) -> list[Term]:
    """Level of entry without the regime of targets, and the regime once it is known."""
    level, change = priors["entry_level"], priors["mu_regime"]
    one = np.ones((len(nation.line.months), 1))
    terms = [Term("entry_level", level.p1 - change.p1, float(np.hypot(level.p2, change.p2)), one)]
    if nation.knows_regime and variant.regime != "none":
        shape = nation.regime.copy()
        if variant.regime == "held":
            shape[nation.line.as_of_index :] = shape[nation.line.as_of_index]
        terms.append(Term("mu_regime", change.p1, change.p2, shape[:, None]))
    return terms


def some(p: Params, rows: slice) -> Params:
    """Parameters of some draws."""
    return {name: value[rows] for name, value in p.items()}
