"""Condition prior draws on the dated figures, stage by stage (docs/technical-note.md, section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.carrier import Carrier, Params
from bhxh_forecast.calibration.models import log_model
from bhxh_forecast.calibration.parts import (
    Parts,
    autoregression,
    employment_parts,
    pension_parts,
    voluntary_parts,
    walk,
)
from bhxh_forecast.calibration.store import ConditionedSample
from bhxh_forecast.coverage.compulsory import registered
from bhxh_forecast.coverage.convert import sigmoid
from bhxh_forecast.coverage.people import AGENCY, People, build_people, noise_rows
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
        p, old = self.p(), np.asarray(self.line.months < CHANGE_OF_DEFINITION)[:, None]
        base = np.log(people.work.lfs_15plus / np.where(old, p["lf_ratio_13"], p["lf_ratio_19"]))
        terms = [
            self.setting.term("lf_ratio_13", old.astype(float)),
            self.setting.term("lf_ratio_19", (~old).astype(float)),
        ]
        found = self.found("labour_force_15plus")
        at = [f.month for f in found]

        def parts(rows: slice, q: Params) -> Parts:
            noise = autoregression(q["lf_noise_rho"], q["lf_noise_sigma"])
            return Parts(found, noise, terms, log_model(base[:, rows], at))

        path, more = self.fit("lambda", parts, rounds=1)
        deviation = autoregression(p["lf_noise_rho"], p["lf_noise_sigma"])
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

    def employment(self) -> None:
        """Compulsory participants and those of them insured against unemployment, fitted together."""
        p, line = self.p(), self.line
        log_pool = np.log(self.sample.values["pool:liable"])
        start = float(np.median(p["vsi_start"]))
        shocks, weight = self.fit(
            "employment",
            lambda rows, q: employment_parts(self.setting, q, log_pool[:, rows], start),
            rounds=4,
        )
        own, insured = np.split(shocks, 2)
        z = walk(p["csi_sigma"]).build(own, self.months) + self.sample.values["csi_z0"]
        self.sample.values |= {"z": z, "v": walk(p["ui_sigma"]).build(insured, self.months)}
        logit = registered(line, self.p(), z).logit
        self.sample.values["employees"] = self.sample.values["pool:liable"] * sigmoid(logit)
        names = [*self.of_blocks("compulsory", "unemployment"), "z", "v", "employees"]
        self.finish("employment", weight, names)

    def old_age(self) -> None:
        """Recipients of pensions and monthly benefits."""
        crossing = self.sample.values["pool:crossing"]
        zeta, weight = self.fit("old_age", lambda rows, q: pension_parts(self.setting, q, crossing[:, rows]))
        self.sample.values["zeta"] = zeta
        self.finish("old_age", weight, [*self.of_blocks("old_age"), "zeta"])

    def finish(self, stage: str, weight: Array, names: Sequence[str]) -> None:
        """Resample by the weights of a stage."""
        self.sample.touch(names)
        self.sample.resample(stage, weight, self.uniform(stage))

    def voluntary(self, keep: int) -> NDArray[np.int64]:
        """Voluntary counts; keeps the stored number of draws and returns their parents."""
        p, years = self.p(), self.line.until - int(year_of(self.line.months)[0]) + 1
        peaks = [self.streams.uniforms("peak_u", b, (years, BLOCK)) for b in range(self.count // BLOCK)]
        self.sample.values["peak_u"] = np.concatenate(peaks, axis=1)

        def parts(rows: slice, q: Params) -> Parts:
            values = self.sample.values
            employees, peak_u = values["employees"][:, rows], values["peak_u"][:, rows]
            return voluntary_parts(self.setting, q, self.pools(rows), employees, peak_u)

        path, weight = self.fit("voluntary", parts, rounds=4, solves=5)
        noise = autoregression(p["vsi_noise_rho"], p["sigma_entry"], p["entry_burst"])
        self.sample.values |= {"u": noise.build(path, self.months), "u_slow": noise.slow(path, self.months)}
        for name in (*self.kept, "employees"):
            del self.sample.values[name]
        self.sample.touch(self.sample.values)
        return self.sample.resample("voluntary", weight, self.uniform("voluntary"), keep)


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
    inputs: Inputs,
    line: Timeline,
    drivers: Drivers,
    seed: int,
    blocks: int = CANDIDATE_BLOCKS,
) -> ConditionedSample:
    """Build the conditioned sample.

    Parameters
    ----------
    drivers
        Those of the baseline: history is lived under the law as enacted.
    seed
        Seed of the run.
    blocks
        Blocks of 4,096 candidates from the priors; 4,096 draws are kept.
    """
    c = Conditioner(inputs, line, drivers, Streams(seed), blocks)
    c.people()
    c.employment()
    c.old_age()
    parents = c.voluntary(STORED)
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
