"""Condition prior draws on the dated figures, stage by stage (docs/technical-note.md, section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.carrier import Carrier, Params
from bhxh_forecast.calibration.figures import without_voluntary
from bhxh_forecast.calibration.models import log_model, logit_model, pension_model, voluntary_model
from bhxh_forecast.calibration.path import Model, Noise
from bhxh_forecast.calibration.store import ConditionedSample
from bhxh_forecast.coverage.compulsory import ANCHOR, registered
from bhxh_forecast.coverage.context import group_shares, regime
from bhxh_forecast.coverage.context_parts import build_context
from bhxh_forecast.coverage.convert import damped_years, sigmoid
from bhxh_forecast.coverage.people import AGENCY, People, build_people, noise_rows
from bhxh_forecast.coverage.stage import december_peak
from bhxh_forecast.coverage.types import Array, Drivers, Pools
from bhxh_forecast.inputs.draws import BLOCK, Streams
from bhxh_forecast.timeline import Timeline, year_of
from bhxh_forecast.workforce.block import CHANGE_OF_DEFINITION

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

CANDIDATE_BLOCKS = 3
STORED = BLOCK
MONTHLY = ("lambda", "z", "v", "u", "u_slow", "zeta", "agency_noise", "agency_voluntary_noise")
PEOPLE_BLOCKS = ("population", "workforce")


class Conditioner(Carrier):
    """The stages; each weighs by one kind of figure and resamples."""

    def people(self) -> None:
        """Population counts by weight, labour force by its noise."""
        self.rows = noise_rows(self.inputs, self.line) | {f"{base}_noise": self.months for base in AGENCY}
        for name, rows in self.rows.items():
            self.sample.values[name] = self.normals(name, rows)
        noise = {name: self.sample.values[name] for name in self.rows}
        people = build_people(self.inputs, self.line, self.p(), noise)
        weight = population_weight(self, people)
        p = self.p()
        ratio = np.where(
            np.asarray(self.line.months < CHANGE_OF_DEFINITION)[:, None], p["lf_ratio_13"], p["lf_ratio_19"]
        )
        base = np.log(people.work.lfs_15plus / ratio)
        terms = [
            self.term(
                "lf_ratio_13", np.asarray(self.line.months < CHANGE_OF_DEFINITION, dtype=float)[:, None]
            ),
            self.term(
                "lf_ratio_19", np.asarray(self.line.months >= CHANGE_OF_DEFINITION, dtype=float)[:, None]
            ),
        ]
        found = self.found("labour_force_15plus")
        at = [f.month for f in found]
        deviation = self.autoregression(p["lf_noise_rho"], p["lf_noise_sigma"])
        path, more = self.fit(
            "lambda", found, deviation, terms, lambda rows, _: log_model(base[:, rows], at), rounds=1
        )
        self.sample.values["lambda"] = deviation.build(path, self.months)
        for name in ("lf_ratio_13", "lf_ratio_19"):  # terms are logs of the ratios
            self.sample.values[name] = np.exp(self.sample.values[name])
        self.keep(people, self.sample.values["lf_ratio_19"] / p["lf_ratio_19"])
        self.sample.touch([*self.of_blocks(*PEOPLE_BLOCKS), *self.rows, "lambda", *self.kept])
        self.sample.resample("people", weight + more, self.uniform("people"))

    def keep(self, people: People, moved: Array) -> None:
        """Keep the monthly pools that later stages read, so that they are resampled with the rest.

        ``moved`` is the new ratio of participation over the one with which the people were built, (M,).
        """
        pools = people.pools(np.exp(self.sample.values["lambda"]) * moved, self.p())
        self.sample.values |= {f"pool:{name}": value for name, value in vars(pools).items()}
        self.kept = [name for name in self.sample.values if name.startswith("pool:")]

    def pools(self, rows: slice = slice(None)) -> Pools:
        """Pools of the draws as they stand."""
        return Pools(
            **{name.removeprefix("pool:"): self.sample.values[name][..., rows] for name in self.kept}
        )

    def compulsory(self) -> None:
        """Compulsory participants; totals without a split count less the voluntary members of that time."""
        p, line = self.p(), self.line
        years = damped_years(self.months, line.index(ANCHOR), line.as_of_index, p["trend_rho"])
        one = np.ones((self.months, 1))
        terms = [self.term("csi_z0", one), self.term("csi_logit_2024", one), self.term("csi_drift", years)]
        none = p | {name: np.zeros(self.count) for name in ("csi_logit_2024", "csi_drift")}
        base = registered(line, none, np.zeros((self.months, self.count))).logit
        log_pool = np.log(self.sample.values["pool:liable"])
        split, total = self.found("csi_participants"), self.found("si_total_participants")
        start = float(np.median(p["vsi_start"]))
        found = without_voluntary(total, split, self.found("vsi_participants"), start)
        at = [f.month for f in found]
        noise = self.walk(p["csi_sigma"])
        z, weight = self.fit(
            "z", found, noise, terms, lambda r, _: logit_model(log_pool[:, r], base[:, r], at)
        )
        self.sample.values["z"] = noise.build(z, self.months) + self.sample.values["csi_z0"]
        logit = registered(line, self.p(), self.sample.values["z"]).logit
        self.sample.values["employees"] = self.sample.values["pool:liable"] * sigmoid(logit)
        self.sample.touch([*self.of_blocks("compulsory"), "z", "employees"])
        self.sample.resample("compulsory", weight, self.uniform("compulsory"))

    def unemployment(self) -> None:
        """Unemployment insurance as a share of employees."""
        p, found = self.p(), self.found("ui_participants")
        at = [f.month for f in found]
        log_pool = np.log(self.sample.values["employees"])
        zero = np.zeros_like(log_pool)
        level = [self.term("ui_logit", np.ones((self.months, 1)))]
        noise = self.walk(p["ui_sigma"])
        v, weight = self.fit(
            "v", found, noise, level, lambda r, _: logit_model(log_pool[:, r], zero[:, r], at), 4
        )
        self.sample.values["v"] = noise.build(v, self.months)
        self.sample.touch([*self.of_blocks("unemployment"), "v"])
        self.sample.resample("unemployment", weight, self.uniform("unemployment"))

    def old_age(self) -> None:
        """Recipients of pensions and monthly benefits."""
        found = self.found("pension_monthly_beneficiaries")
        at = [f.month for f in found]
        crossing = self.sample.values["pool:crossing"]
        shocks = Noise(np.zeros(self.count), np.ones(self.count), np.ones(self.count))

        def model(rows: slice, p: Params) -> Model:
            return pension_model(self.line, self.drivers, p, crossing[:, rows], at)

        zeta, weight = self.fit("zeta", found, shocks, [], model)
        self.sample.values["zeta"] = zeta
        self.sample.touch([*self.of_blocks("old_age"), "zeta"])
        self.sample.resample("old_age", weight, self.uniform("old_age"))

    def voluntary(self) -> NDArray[np.int64]:
        """Voluntary counts; keeps the stored number of draws and returns their parents."""
        p, line = self.p(), self.line
        years = line.until - int(year_of(line.months)[0]) + 1
        peaks = [self.streams.uniforms("peak_u", b, (years, BLOCK)) for b in range(self.count // BLOCK)]
        self.sample.values["peak_u"] = np.concatenate(peaks, axis=1)
        found = self.found("vsi_participants")
        at = [f.month for f in found]
        terms = [
            self.term("entry_level", np.ones((self.months, 1))),
            self.term("mu_regime", regime(line)[:, None] - 1.0),
        ]
        noise = self.autoregression(p["vsi_noise_rho"], p["sigma_entry"], p["entry_burst"])
        path, weight = self.fit(
            "u", found, noise, terms, lambda r, q: self.voluntary_model(r, q, at), rounds=4, solves=5
        )
        self.sample.values |= {"u": noise.build(path, self.months), "u_slow": noise.slow(path, self.months)}
        for name in (*self.kept, "employees"):
            del self.sample.values[name]
        self.sample.touch(self.sample.values)
        return self.sample.resample("voluntary", weight, self.uniform("voluntary"), STORED)

    def voluntary_model(self, rows: slice, p: Params, at: Sequence[int]) -> Model:
        """Model of one block, level and regime of entry left to the path."""
        line = self.line
        employees = self.sample.values["employees"][:, rows]
        resident = employees / p["in_registration"]
        share = group_shares(line, self.drivers, p)
        plain = p | {name: np.zeros_like(p[name]) for name in ("entry_level", "mu_regime")}
        owners = np.zeros_like(employees)
        ctx = build_context(line, self.drivers, plain, self.pools(rows), share, resident, employees, owners)
        peak = december_peak(line, p, self.sample.values["peak_u"][:, rows])
        return voluntary_model(ctx, p["vsi_start"], peak, at)


def population_weight(c: Conditioner, people: People) -> Array:
    """Log likelihood of counts of people of 15 and over and of 60 and over, (M,).

    Totals are met by construction (net migration is what they leave unexplained).
    """
    weight = np.zeros(c.count)
    counted = {
        "population_15plus": people.work.population_15plus,
        "elderly_population": people.work.older_than(60),
    }
    for series, model in counted.items():
        for figure in c.found(series):
            weight -= 0.5 * ((figure.log_value - np.log(model[figure.month])) / figure.sd) ** 2
    return weight


def condition(
    inputs: Inputs, line: Timeline, drivers: Drivers, seed: int, blocks: int = CANDIDATE_BLOCKS
) -> ConditionedSample:
    """Build the conditioned sample.

    Parameters
    ----------
    drivers
        Those of the baseline: history is lived under the law as enacted.
    seed
        Seed of the run.
    blocks
        Blocks of 4,096 candidates.
    """
    c = Conditioner(inputs, line, drivers, Streams(seed), blocks)
    c.people()
    c.compulsory()
    c.unemployment()
    c.old_age()
    parents = c.voluntary()
    last, year = line.as_of_index + 1, line.as_of.year - int(year_of(line.months)[0]) + 1
    values = c.sample.values
    yearly = {name: min(rows, year) for name, rows in c.rows.items() if name not in MONTHLY} | {
        "peak_u": year
    }
    for base in AGENCY:  # errors of figures that are known: no time axis, kept whole
        yearly[f"{base}_errors"] = c.rows[f"{base}_errors"]
    return ConditionedSample(
        params={name: values[name] for name in c.params},
        paths={name: np.ascontiguousarray(values[name][:last]) for name in MONTHLY},
        yearly={name: np.ascontiguousarray(values[name][:rows]) for name, rows in yearly.items()},
        ancestor=parents,
        sizes=c.sample.sizes,
        candidates=c.count,
    )
