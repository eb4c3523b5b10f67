"""What assumptions that are fixed, not sampled, do to the cost and to the odds: the model run at both ends of each.

All runs share the draws of the baseline, so that a difference is that of the assumption alone. What the figures up to
the as-of date taught (the conditioned sample) is kept: the ends act on what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.trials import NUMERATORS, with_levers
from bhxh_forecast.coverage.drivers import build_drivers
from bhxh_forecast.coverage.people import PERSISTENCE
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs import Inputs, World, load_inputs, load_scenario
from bhxh_forecast.results.assumptions_table import CLEAR, unverified_law
from bhxh_forecast.results.effects_table import BUDGET, COLUMNS
from bhxh_forecast.results.first_reached import met
from bhxh_forecast.results.targets_table import SERIES
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL, Chain

if TYPE_CHECKING:
    from bhxh_forecast.simulation import ScenarioBlock

DRAWS = 2048
STANDS_FOR = {"top_up_after_2026_07": "subsidy.city_share.other"}  # the lever whose law the entry assumes
Outcome = tuple[str, int, str]
Outcomes = dict[Outcome, Array]


@dataclass(frozen=True)
class End:
    """One end of an assumption: a lever's level after the as-of date, or another value in the data.

    Attributes
    ----------
    lever, level
        Set from the month after the as-of date; an empty name: the baseline itself.
    entry, value
        Of the register of assumptions, and the value that stands there instead; an empty name: as it is.
    """

    lever: str = ""
    level: float = 0.0
    entry: str = ""
    value: float = 0.0


AS_IT_IS = End()


def ends(inputs: Inputs) -> Iterator[tuple[str, End, End]]:
    """Assumptions that can move people, with the lower and the upper end of each.

    Law that nobody has confirmed is measured with and without it: its lower end is nothing.
    """
    followed = {s.baseline_source.removeprefix("register:") for s in inputs.levers.values()}
    for name, entry in inputs.register.items():
        now = float(entry["value"])
        low, high = (float(entry.get(end, now)) for end in ("low", "high"))
        if low == high:
            continue
        if name in STANDS_FOR:
            yield name, End(STANDS_FOR[name], low), End(STANDS_FOR[name], high)
        elif name in followed or name == PERSISTENCE:
            below, above = (AS_IT_IS if v == now else End(entry=name, value=v) for v in (low, high))
            yield name, below, above
    levers = {provision: s.id for s in inputs.levers.values() for provision in s.provisions}
    for row in unverified_law(inputs):
        lever = levers.get(str(row["id"]).split(":")[1])
        if lever is not None:
            yield str(row["id"]), End(lever, 0.0), AS_IT_IS


def _inputs_at(inputs: Inputs, end: End) -> Inputs:
    """The data with an entry's other value, in the register and in the lever that begins from it."""
    if not end.entry:
        return inputs
    register = {**inputs.register, end.entry: {**inputs.register[end.entry], "value": end.value}}
    levers = {
        name: replace(s, baseline=end.value) if s.baseline_source == f"register:{end.entry}" else s
        for name, s in inputs.levers.items()
    }
    return replace(inputs, register=register, levers=levers)


def fixed_effects(
    inputs: Inputs | None = None,
    *,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
) -> pd.DataFrame:
    """Measure each fixed assumption that can move people.

    Parameters
    ----------
    inputs, world, seed, until
        As for ``simulate``.
    draws
        Draws of every run, the baseline's first ones.

    Returns
    -------
    pandas.DataFrame
        Columns of the table ``assumption_effects``: the outcome at the upper end less that at the lower, with its
        standard error over the candidates the draws descend from.
    """
    inputs = inputs or load_inputs()
    asked = list(ends(inputs))
    chain = Chain.of([BASELINE], world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    found, ancestor = _outcomes(chain, [end for _, *pair in asked for end in pair])
    rows = []
    for name, low, high in asked:
        for key, upper in found[high].items():
            difference = upper - found[low][key]
            change, error = float(difference.mean()), _error(difference, ancestor)
            outcome, year, unit = key
            rows.append(
                {"id": name, "outcome": outcome, "year": year, "effect": change, "standard_error": error}
                | {"clear": abs(change) > CLEAR * error, "unit": unit}
            )
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["id", "outcome"], ignore_index=True)


def _outcomes(chain: Chain, wanted: list[End]) -> tuple[dict[End, Outcomes], Array]:
    """Outcomes of every end and the ancestors of the draws; only what moves people needs people of its own."""
    distinct = list(dict.fromkeys(wanted))
    same_people = [end for end in distinct if end.entry != PERSISTENCE]
    found, ancestor = _run(_at(chain, same_people))
    result = dict(zip(same_people, found, strict=True))
    for end in distinct:
        if end.entry == PERSISTENCE:
            own = replace(chain, inputs=_inputs_at(chain.inputs, end))
            (result[end],), _ = _run(_at(own, [AS_IT_IS]))
    return result, ancestor


def _at(chain: Chain, wanted: list[End]) -> Chain:
    """The chain with every end as a scenario of its own, on the same draws and history."""
    base = load_scenario(BASELINE, chain.inputs)
    scenarios = [with_levers(base, {end.lever: end.level}) if end.lever else base for end in wanted]
    drivers = [
        build_drivers(scenario, _inputs_at(chain.inputs, end), chain.line)
        for scenario, end in zip(scenarios, wanted, strict=True)
    ]
    return replace(chain, scenarios=scenarios, drivers=drivers)


def _run(chain: Chain) -> tuple[list[Outcomes], Array]:
    parts: list[list[Outcomes]] = [[] for _ in chain.scenarios]
    ancestors = []
    for b in chain.blocks:
        for run in chain.runs(b):
            parts[run.number].append(_of(chain, run))
        ancestors.append(run.block.ancestor)
    joined = [{key: np.concatenate([p[key] for p in blocks]) for key in blocks[0]} for blocks in parts]
    return joined, np.concatenate(ancestors)


def _of(chain: Chain, run: ScenarioBlock) -> Outcomes:
    """Cost of the year after the as-of date, and whether each target of the plan's last year is met, draw by draw."""
    year, found = chain.line.as_of.year + 1, {}
    if year in run.budget.years:
        at = int(np.searchsorted(run.budget.years, year))
        found[(BUDGET, year, "VND")] = np.asarray(run.budget.programme("total")[at], np.float64)
    known = chain.inputs.targets[chain.inputs.targets["id"].isin(SERIES)]
    bases = run.block.people.bases(run.block.factor)
    plan: Any = known[known["year"] == known["year"].max()].itertuples()
    for target in plan:
        t = chain.line.index(f"{int(target.year)}-12")
        if t < len(chain.line.months):
            share = (
                NUMERATORS[SERIES[str(target.id)]](run.coverage)[t] / bases[str(target.base_as_written)][t]
            )
            reached = met(share, str(target.comparison), float(str(target.value)))
            found[(str(target.id), int(target.year), "share")] = reached.astype(np.float64)
    return found


def _error(difference: Array, ancestor: Array) -> float:
    """Standard error of a mean whose draws descend from common candidates."""
    part = np.bincount(ancestor, weights=(difference - difference.mean()) / len(difference))
    return float(np.sqrt((part**2).sum()))


def with_fixed(frames: Mapping[str, pd.DataFrame], fixed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Put the effects of fixed assumptions into the tables ``assumptions`` and ``assumption_effects``."""
    effects = pd.concat([frames["assumption_effects"], fixed], ignore_index=True)
    odds = fixed[fixed["outcome"] != BUDGET]
    largest = {
        str(name): max(rows["effect"].where(rows["clear"], 0.0), key=abs) for name, rows in odds.groupby("id")
    }
    table = frames["assumptions"].copy()
    measured = table["id"].map(largest)
    table["effect_on_probability"] = table["effect_on_probability"].where(measured.isna(), measured)
    return {
        "assumptions": table,
        "assumption_effects": effects.sort_values(["id", "outcome"], ignore_index=True),
    }
