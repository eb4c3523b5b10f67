"""What it would be worth to know a figure before choosing: EVPPI by regression, tied to the registers.

A choice among scenarios is judged by net benefit: a price for each extra paid person-year less the local budget's extra
cost. Knowing an uncertainty lets one choose by what it turns out to be; what that gains on average is the most it is
worth to find out. The gain is measured on draws that did not help to fit the regression (by ancestors), so that noise
alone earns nothing on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from bhxh_forecast.analysis.goal import Goal, find_goal
from bhxh_forecast.analysis.robustness import options
from bhxh_forecast.analysis.surface import normal_scores, terms
from bhxh_forecast.analysis.trials import Bases, Collected, collect, local_cost
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs import Inputs, load_inputs
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL, Chain, ScenarioBlock

DRAWS = 4096
FOLDS = 4
MISSING = "missing/register.yaml"
VOLUNTARY = "vsi_coverage"


@dataclass(frozen=True)
class Information:
    """Value of knowing, for one choice.

    Attributes
    ----------
    goal
        Whose person-years count: of voluntary members for ``vsi_coverage``, of all insured for the others.
    options
        Scenarios among which one chooses; columns scenario, cost, person_years (means over the baseline), net_benefit
        and chosen_in (share of draws in which it is best).
    price
        VND for one more paid person-year; by default the one at which the choice is most open (``open_price``).
    all_known
        Worth of knowing everything, VND.
    table
        Columns kind (``prior`` or ``missing``), id, name_vi, name_en, status, source, file, value (VND), error (its
        standard error); the largest first.
    """

    goal: Goal
    options: pd.DataFrame
    price: float
    all_known: float
    table: pd.DataFrame

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "target": self.goal.target,
            "year": self.goal.year,
            "price_per_paid_person_year": self.price,
            "value_of_knowing_everything": self.all_known,
            "options": self.options.to_dict("records"),
            "value_of_knowing": self.table.to_dict("records"),
        }


def information(
    target: str = VOLUNTARY,
    *,
    year: int = 2030,
    price: float | None = None,
    scenarios: Sequence[str] = (),
    world: str = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> Information:
    """Value of every uncertainty, and of every missing figure that would inform some, for the choice of a scenario.

    Parameters
    ----------
    price
        VND for one more paid person-year; default: where the choice is most open, by the run's own figures.
    scenarios
        Options besides the baseline; default: all shipped ones, counterfactuals left out.

    Examples
    --------
    >>> found = information(scenarios=["subsidy_raise", "outreach_push"], draws=256)
    >>> sorted(set(found.table.kind))
    ['missing', 'prior']
    """
    inputs = inputs or load_inputs()
    goal = find_goal(inputs, target, year)
    names = [BASELINE, *(n for n in (scenarios or options(inputs)) if n != BASELINE)]
    chain = Chain.of(names, world=world, draws=draws, seed=seed, until=max(until, year), inputs=inputs)
    found = collect(chain, _keeper(chain, goal), np.array([chain.line.index(goal.month)]))
    years = found.kept["years"] - found.kept["years"][0]
    cost = found.kept["cost"] - found.kept["cost"][0]
    price = open_price(years, cost) if price is None else price
    benefit = price * years - cost
    rows = [_value(benefit, found, entry) for entry in _entries(inputs, found.params)]
    table = pd.DataFrame(rows).sort_values(["value", "id"], ascending=[False, True], ignore_index=True)
    best = np.argmax(benefit, axis=0)
    shown = pd.DataFrame(
        {
            "scenario": names,
            "cost": cost.mean(axis=1),
            "person_years": years.mean(axis=1),
            "net_benefit": benefit.mean(axis=1),
            "chosen_in": [float((best == k).mean()) for k in range(len(names))],
        }
    )
    everything = float(benefit.max(axis=0).mean() - benefit.mean(axis=1).max())
    return Information(goal, shown, price, everything, table)


def evppi(benefit: Array, scores: Array, ancestor: NDArray[np.int64]) -> tuple[float, float]:
    """Expected value of knowing some uncertainties, and its standard error over ancestors.

    Parameters
    ----------
    benefit
        Net benefit of each option, (options, n).
    scores
        Normal scores of what would be known, (P, n).
    ancestor
        Candidate each draw descends from, (n,); draws of one stay in one fold.
    """
    x = _terms(scores)
    usual = int(np.argmax(benefit.mean(axis=1)))
    gain = np.zeros(benefit.shape[1])
    fold = ancestor % FOLDS
    for k in range(FOLDS):
        held = fold == k
        if not held.any() or held.all():
            continue
        gram = x[:, ~held] @ x[:, ~held].T
        gram[np.diag_indices_from(gram)] += 1e-3 * (~held).sum()
        fitted = np.linalg.solve(gram, x[:, ~held] @ benefit[:, ~held].T).T @ x[:, held]
        chosen = np.argmax(fitted, axis=0)
        columns = np.flatnonzero(held)
        gain[columns] = benefit[chosen, columns] - benefit[usual, columns]
    value = float(gain.mean())
    by_cluster = np.bincount(ancestor, weights=gain - value)
    return max(0.0, value), float(np.sqrt((by_cluster**2).sum()) / len(gain))


def _terms(scores: Array) -> Array:
    """Cubic in one uncertainty, quadratic with products in several."""
    if len(scores) == 1:
        z = scores[0]
        return np.stack([np.ones_like(z), z, z**2 - 1.0, z**3 - 3.0 * z])
    return terms(scores)


def open_price(years: Array, cost: Array) -> float:
    """Price of a paid person-year at which the choice is most open.

    Among the prices at which two options tie on average: the one at which the option that is best on average is best
    in the fewest draws.
    """
    more, paid = years.mean(axis=1), cost.mean(axis=1)
    ties = {
        float((paid[i] - paid[j]) / (more[i] - more[j]))
        for i in range(len(more))
        for j in range(i)
        if abs(more[i] - more[j]) > 1.0
    }
    prices = sorted(price for price in ties if price > 0.0)

    def sure(price: float) -> float:
        benefit = price * years - cost
        return float((np.argmax(benefit, axis=0) == int(np.argmax(benefit.mean(axis=1)))).mean())

    return min(prices, key=sure, default=0.0)


def _keeper(chain: Chain, goal: Goal) -> Any:
    first = chain.line.first_projected

    def keep(run: ScenarioBlock, bases: Bases) -> dict[str, Array]:
        insured = run.coverage.vsi_paying[first:].sum(axis=0)
        if goal.target != VOLUNTARY:
            insured = insured + run.coverage.csi[first:].sum(axis=0)
        years = run.budget.years >= chain.line.as_of.year
        return {"years": insured / 12.0, "cost": local_cost(run.budget)[years].sum(axis=0)}

    return keep


def _entries(inputs: Inputs, params: dict[str, Array]) -> list[dict[str, Any]]:
    """Sampled uncertainties, and missing figures with the uncertainties that they would inform."""
    sampled = [n for n, p in inputs.priors.items() if p.sampled and n in params and np.ptp(params[n]) > 0]
    entries: list[dict[str, Any]] = [
        {
            "kind": "prior", "id": name, "name_vi": inputs.priors[name].name["vi"],
            "name_en": inputs.priors[name].name["en"], "status": inputs.priors[name].status,
            "source": inputs.priors[name].basis, "file": "", "informs": [name],
        }
        for name in sampled
    ]  # fmt: skip
    for name, entry in missing_figures(inputs).items():
        informs = [known for known in entry.get("informs", ()) if known in sampled]
        if informs:
            entries.append(
                {
                    "kind": "missing", "id": name, "name_vi": entry["name"]["vi"], "name_en": entry["name"]["en"],
                    "status": "missing", "source": entry["who"]["en"], "file": f"data/{entry['file']}",
                    "informs": informs,
                }
            )  # fmt: skip
    return entries


def missing_figures(inputs: Inputs) -> dict[str, Any]:
    """The register of missing figures, overlays included."""
    found: dict[str, Any] = {}
    for layer in inputs.folder.layers:
        path = layer / MISSING
        if path.is_file():
            found |= yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return found


def _value(benefit: Array, found: Collected, entry: dict[str, Any]) -> dict[str, Any]:
    scores = normal_scores(np.stack([found.params[name] for name in entry["informs"]]))
    value, error = evppi(benefit, scores, found.ancestor)
    return entry | {"informs": ", ".join(entry["informs"]), "value": value, "error": error}
