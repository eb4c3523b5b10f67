"""Everything random that the dated figures see, as one vector of independent standard normals, and its likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.calibration.figures import Figure
from bhxh_forecast.calibration.models import employment_values, pension_values, voluntary_values
from bhxh_forecast.calibration.parts import (
    Setting,
    autoregression,
    employment_figures,
    voluntary_context,
    walk,
)
from bhxh_forecast.calibration.quantile import Quantile
from bhxh_forecast.calibration.state import Index, State, gap, some
from bhxh_forecast.coverage.compulsory import registered
from bhxh_forecast.coverage.convert import sigmoid
from bhxh_forecast.coverage.drivers import build_drivers
from bhxh_forecast.coverage.people import AGENCY, build_people, noise_rows
from bhxh_forecast.coverage.stage import december_peak
from bhxh_forecast.coverage.types import Array, Pools
from bhxh_forecast.inputs.scenarios import load_scenario
from bhxh_forecast.timeline import Timeline, year_of

if TYPE_CHECKING:
    from bhxh_forecast.calibration.posterior import Posterior
    from bhxh_forecast.coverage.voluntary_types import VoluntaryContext
    from bhxh_forecast.inputs.reader import Inputs

STAGES = ("people", "employment", "old_age", "voluntary")
OF_BLOCK = {
    "population": "people",
    "workforce": "people",
    "compulsory": "employment",
    "unemployment": "employment",
    "old_age": "old_age",
    "voluntary": "voluntary",
    "budget": "voluntary",  # incomes stand behind the price of joining
}
PATHS = {
    "lambda": "people",
    "z": "employment",
    "v": "employment",
    "zeta": "old_age",
    "slow": "voluntary",
    "burst": "voluntary",
}
PEAK = "peak_u"
COUNTED = ("population_15plus", "elderly_population")


BASELINE = "current_policy"


def setting_of(inputs: Inputs) -> Setting:
    """The months up to the as-of year, under the law as enacted."""
    line = Timeline(inputs.as_of, max(inputs.as_of.year, 2025))
    return Setting(inputs, line, build_drivers(load_scenario(BASELINE, inputs), inputs, line))


class Joint:
    """Coordinates of parameters and noise up to the last figure's month, and the likelihood of all figures."""

    def __init__(self, s: Setting) -> None:
        self.s = s
        start = s.inputs.priors["vsi_start"].mean()
        compulsory, insured = employment_figures(s, start)
        self.figures: dict[str, list[Figure]] = {
            **{name: s.found(name) for name in (*COUNTED, "labour_force_15plus")},
            "compulsory": compulsory,
            "insured": insured,
            "pensions": s.found("pension_monthly_beneficiaries"),
            "voluntary": s.found("vsi_participants"),
        }
        self.months = max(f.month for found in self.figures.values() for f in found) + 1
        self.first_year = int(year_of(s.line.months)[0])
        self.quantiles = {
            name: Quantile(prior)
            for name, prior in s.inputs.priors.items()
            if prior.block in OF_BLOCK and prior.sampled and prior.distribution != "fixed"
        }
        self.fixed = {name: p.mean() for name, p in s.inputs.priors.items() if name not in self.quantiles}
        self.noise = {n: r for n, r in noise_rows(s.inputs, s.line).items() if not n.endswith("_errors")}
        self._lay_out()

    def _lay_out(self) -> None:
        """Give every quantity its rows, and every stage its own."""
        s = self.s
        self.place: dict[str, slice] = {}
        members: dict[str, list[int]] = {stage: [] for stage in STAGES}
        sizes = [(n, 1, OF_BLOCK[s.inputs.priors[n].block]) for n in self.quantiles]
        sizes += [(n, r, "people") for n, r in self.noise.items()]
        sizes += [(n, self.months, stage) for n, stage in PATHS.items()]
        sizes += [(PEAK, s.line.as_of.year - self.first_year + 1, "voluntary")]
        first = 0
        for name, count, stage in sizes:
            self.place[name] = slice(first, first + count)
            members[stage] += range(first, first + count)
            first += count
        self.size = first
        self.blocks: dict[str, Index] = {stage: np.array(rows) for stage, rows in members.items()}

    def params(self, z: Array) -> dict[str, Array]:
        """Parameters, (n,) each."""
        n = z.shape[1]
        found = {name: np.full(n, value) for name, value in self.fixed.items()}
        return found | {name: q.value(z[self.place[name]][0]) for name, q in self.quantiles.items()}

    def places(self, posterior: Posterior, rows: slice) -> Array:
        """Coordinates of some stored draws, (d, n); parameters that no figure moves stay at their median."""
        n = len(posterior.chain[rows])
        found = np.zeros((self.size, n))
        for name in posterior.values:
            found[self.place[name]] = posterior.normals(name)[:, rows]
        return found

    def shocks(self, z: Array, name: str) -> Array:
        """Standard normals of a path over the whole axis, nothing after the last figure, (T, n)."""
        found = np.zeros((self.s.months, z.shape[1]))
        found[: self.months] = z[self.place[name]]
        return found

    def state(self, z: Array) -> State:
        """Draws with their likelihood, (d, n)."""
        p = self.params(z)
        pools, people = self.people(z, p)
        employees, employment = self.employment(z, p, pools)
        gaps = {
            "people": people,
            "employment": employment,
            "old_age": self.old_age(z, p, pools),
            "voluntary": self.voluntary(z, p, pools, employees),
        }
        return State(z, pools, employees, gaps)

    def people(self, z: Array, p: dict[str, Array]) -> tuple[Pools, Array]:
        """Pools, and the gaps of counted people and of the labour force."""
        s, n = self.s, z.shape[1]
        noise = {name: z[self.place[name]] for name in self.noise}
        for base in AGENCY:  # bases of the agency enter no figure here
            rows = noise_rows(s.inputs, s.line)[f"{base}_errors"]
            noise |= {f"{base}_errors": np.zeros((rows, n)), f"{base}_noise": np.zeros((s.months, n))}
        people = build_people(s.inputs, s.line, p, noise)
        deviation = autoregression(p["lf_noise_rho"], p["lf_noise_sigma"]).build(
            self.shocks(z, "lambda"), s.months
        )
        counted = {
            "population_15plus": people.work.population_15plus,
            "elderly_population": people.work.older_than(60),
            "labour_force_15plus": people.work.lfs_15plus * np.exp(deviation),
        }
        gaps = [
            gap(self.figures[series], np.log(model[[f.month for f in self.figures[series]]]))
            for series, model in counted.items()
        ]
        return people.pools(np.exp(deviation), p), np.concatenate(gaps)

    def employment(self, z: Array, p: dict[str, Array], pools: Pools) -> tuple[Array, Array]:
        """Compulsory participants by month, and the gaps of them and of those insured against unemployment."""
        path = walk(p["csi_sigma"]).build(self.shocks(z, "z"), self.s.months) + p["csi_z0"]
        employees = pools.liable * sigmoid(registered(self.s.line, p, path).logit)
        insured = walk(p["ui_sigma"]).build(self.shocks(z, "v"), self.s.months) + p["ui_logit"]
        found = self.figures
        one, other = employment_values(
            employees, insured, *([f.month for f in found[k]] for k in ("compulsory", "insured"))
        )
        return employees, np.concatenate([gap(found["compulsory"], one), gap(found["insured"], other)])

    def old_age(self, z: Array, p: dict[str, Array], pools: Pools) -> Array:
        """Gaps of recipients of pensions and monthly benefits."""
        found = self.figures["pensions"]
        at = [f.month for f in found]
        zeta = self.shocks(z, "zeta")
        return gap(found, pension_values(self.s.line, self.s.drivers, p, pools.crossing, zeta, at))

    def entry(self, z: Array, p: dict[str, Array]) -> Array:
        """Noise of entry, (T, n)."""
        noise = autoregression(p["vsi_noise_rho"], p["sigma_entry"], p["entry_burst"])
        return noise.build(np.concatenate([self.shocks(z, "slow"), self.shocks(z, "burst")]), self.s.months)

    def peak_uniforms(self, z: Array) -> Array:
        """One uniform for each December, (Y, n), none of them a peak after the as-of year."""
        from scipy.special import ndtr

        years = self.s.line.until - self.first_year + 1
        found = np.ones((years, z.shape[1]))
        known = ndtr(z[self.place[PEAK]])
        found[: len(known)] = known
        return found

    def voluntary(self, z: Array, p: dict[str, Array], pools: Pools, employees: Array) -> Array:
        """Gaps of the voluntary counts."""
        found = self.figures["voluntary"]
        ctx: VoluntaryContext = voluntary_context(self.s, p, pools, employees)
        peak = december_peak(self.s.line, p, self.peak_uniforms(z))
        at = [f.month for f in found]
        return gap(found, voluntary_values(ctx, p["vsi_start"], peak, self.entry(z, p), at))

    def slopes(self, state: State, width: float) -> Array:
        """Slopes of all gaps in all coordinates at one draw, by differences of a width, (K, d)."""
        found = np.zeros((sum(len(gap) for gap in state.gaps.values()), self.size))
        before = np.concatenate([state.gaps[stage] for stage in STAGES])
        for stage, rows in self.blocks.items():
            many = some(state, np.zeros(len(rows), dtype=np.int64))
            z = many.z.copy()
            z[rows, np.arange(len(rows))] += width
            after = self.moved(many, z, stage)
            found[:, rows] = (np.concatenate([after.gaps[k] for k in STAGES]) - before) / width
        return found

    def moved(self, state: State, z: Array, first: str) -> State:
        """Draws in new places whose stages before ``first`` have not moved."""
        if first == "people":
            return self.state(z)
        p, gaps, employees = self.params(z), dict(state.gaps), state.employees
        if first == "old_age":
            gaps["old_age"] = self.old_age(z, p, state.pools)
            return State(z, state.pools, employees, gaps)
        if first == "employment":
            employees, gaps["employment"] = self.employment(z, p, state.pools)
        gaps["voluntary"] = self.voluntary(z, p, state.pools, employees)
        return State(z, state.pools, employees, gaps)

    def moved_by(self, z: Array) -> list[str]:
        """Parameters whose change by one standard deviation changes the likelihood of any of some draws (d, n)."""
        here = self.state(z).log
        found = []
        for name in self.quantiles:
            other = z.copy()
            other[self.place[name]] += np.where(other[self.place[name]] > 0, -1.0, 1.0)
            if np.any(self.state(other).log != here):
                found.append(name)
        return found
