"""Which uncertainty moves which target: rank correlations, Sobol indices, odds between ends, for every year and base.

The draws are conditioned on the figures and so neither independent nor a design of Sobol's; the model is therefore not
run again. Of the draws that share parameters and history the later noise is averaged away, the part of the variance
that is known by the as-of date is measured directly, and a quadratic surface through the draws (normal scores of the
uncertainties that matter most) is handed to SALib as if they were independent. What the surface leaves is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.goal import ROLES, Goal, find_goal
from bhxh_forecast.analysis.surface import Surface, fit_surface, normal_scores, ranks
from bhxh_forecast.analysis.uncertain import known_part, uncertain
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import Inputs, Scenario, World, load_inputs
from bhxh_forecast.results.assumptions_table import difference
from bhxh_forecast.results.projection import Projection
from bhxh_forecast.results.targets_table import SERIES
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL, simulate

DRAWS = 8192
CHOSEN = 12  # uncertainties in the surface
SAMPLE = 1024  # base sample of Sobol's design: 1024 x (12 + 2) points
END = 0.2  # a fifth at each end, for the odds
LATER, REST = "later_noise", "unresolved"


@dataclass(frozen=True)
class Sensitivity:
    """Sensitivity of targets to uncertainties.

    Attributes
    ----------
    goals
        Target, year and base of every output, in the tables' order.
    indices
        Columns target, year, base, role, id, first, total, total_error (shares of the output's whole variance; NaN for
        an uncertainty outside the surface), rank (Spearman's correlation with the share).
    split
        Columns target, year, base, role, known (share of variance that parameters and history explain), surface (that
        the surface explains out of sample), later_noise, unresolved (the rest of ``known``).
    swings
        For the goals of the plan's own levels: columns target, year, base, role, id, low, high (odds where the
        uncertainty lies in its lowest and its highest fifth), swing, error.
    chosen
        By target, the uncertainties in its surface.
    largest_correlation
        Largest rank correlation between two uncertainties of the surface, and which: Sobol's indices take them as
        independent.
    """

    goals: tuple[Goal, ...]
    indices: pd.DataFrame
    split: pd.DataFrame
    swings: pd.DataFrame
    chosen: dict[str, tuple[str, ...]]
    largest_correlation: tuple[float, str, str]
    draws: int

    def of(self, target: str, year: int, base: str) -> pd.DataFrame:
        """Indices of one output, the largest total first."""
        table = self.indices
        rows = table[(table["target"] == target) & (table["year"] == year) & (table["base"] == base)]
        return rows.sort_values("total", ascending=False, na_position="last", ignore_index=True)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""

        def records(table: pd.DataFrame) -> list[dict[str, Any]]:
            plain = table.astype(object)
            return [
                {str(k): v for k, v in row.items()}
                for row in plain.where(plain.notna(), None).to_dict("records")
            ]

        value, one, other = self.largest_correlation
        return {
            "draws": self.draws,
            "surface": {target: list(names) for target, names in self.chosen.items()},
            "largest_correlation": {"value": value, "between": [one, other]},
            "indices": records(self.indices),
            "variance": records(self.split),
            "swings": records(self.swings),
        }


def sensitivity(
    target: str | Sequence[str] = (),
    *,
    base: str = "as_written",
    scenario: str | Scenario = BASELINE,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
    projection: Projection | None = None,
) -> Sensitivity:
    """Find what moves the targets, in every year from the as-of date's on, on the plan's and the city's bases.

    Parameters
    ----------
    target
        One or several; default: all with figures.
    base
        A further base on which to look, besides ``as_written`` and ``as_reported``.
    projection
        Draws that are at hand already; otherwise scenario, world, draws and so on as for ``simulate``.

    Examples
    --------
    >>> found = sensitivity("ui_coverage", draws=256)
    >>> sorted(found.indices.columns)
    ['base', 'first', 'id', 'rank', 'role', 'target', 'total', 'total_error', 'year']
    """
    inputs = inputs or (projection.inputs if projection else load_inputs())
    run = projection or simulate(scenario, world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    targets = (target,) if isinstance(target, str) else tuple(target) or tuple(SERIES)
    goals = goals_between(inputs, targets, base, run.inner.line.as_of.year, run.facts.until)
    names, values = uncertain(run)
    shares = np.stack([run.inner.share(g.series, g.base)[run.inner.line.index(g.month)] for g in goals])
    known, used, half = known_part(shares, run.inner.ancestor)
    values, ancestor = values[:, :half], run.inner.ancestor[:half]
    rank = ranks(values) @ ranks(used).T / half
    explained, indices, chosen = np.zeros(len(goals)), [], {}
    largest = (0.0, "", "")
    for name in dict.fromkeys(goal.target for goal in goals):
        rows = np.array([k for k, goal in enumerate(goals) if goal.target == name])
        order = np.argsort(-np.abs(rank[:, rows]).max(axis=1), kind="stable")[:CHOSEN]
        scores = normal_scores(values[order])
        surface = fit_surface(scores, used[rows], ancestor)
        part = surface.explained * np.var(used[rows], axis=1) / np.var(shares[rows], axis=1)
        explained[rows] = np.clip(np.minimum(part, known[rows]), 0.0, 1.0)
        chosen[name] = tuple(names[k] for k in order)
        own = [goals[k] for k in rows]
        indices.append(_indices(own, names, chosen[name], rank[:, rows], surface, explained[rows]))
        largest = max(largest, _correlation(scores, chosen[name]), key=lambda found: abs(found[0]))
    return Sensitivity(
        goals=goals,
        indices=pd.concat(indices, ignore_index=True),
        split=_split(goals, known, explained),
        swings=_swings([g for g in goals if g.of_plan], run, names),
        chosen=chosen,
        largest_correlation=largest,
        draws=shares.shape[1],
    )


def goals_between(
    inputs: Inputs, targets: Sequence[str], base: str, first: int, last: int
) -> tuple[Goal, ...]:
    """Targets in every year on the plan's, the city's and a further base.

    Raises
    ------
    InputError
        For a target without figures, or a base on which none of them is shown.
    """
    from bhxh_forecast.results.targets_table import bases_of

    found: dict[tuple[str, int, str], Goal] = {}
    years = range(first, last + 1)
    for target in targets:
        if target not in SERIES:
            raise InputError.of("question", "target", repr(target), list(SERIES))
    bases = {name for target in targets for name in bases_of(target)}
    if base not in (*ROLES, *bases):
        raise InputError.of("question", "base", repr(base), [*ROLES, *bases])
    for target in targets:
        for year in years:
            known = inputs.targets[inputs.targets["id"] == target]
            planned = known[known["year"] == year]
            level = None if len(planned) else float(known["value"].iloc[-1])
            for chosen in dict.fromkeys(("as_written", "as_reported", base)):
                if chosen in (*ROLES, *bases_of(target)):
                    goal = find_goal(inputs, target, year, chosen, level)
                    found.setdefault((target, year, goal.base), goal)
    return tuple(found.values())


def _of(goal: Goal) -> dict[str, Any]:
    return {"target": goal.target, "year": goal.year, "base": goal.base, "role": goal.role(goal.base)}


def _indices(
    goals: Sequence[Goal],
    names: Sequence[str],
    chosen: Sequence[str],
    rank: Array,
    surface: Surface,
    explained: Array,
) -> pd.DataFrame:
    sobol = surface.sobol(SAMPLE)
    rows = []
    for g, goal in enumerate(goals):
        for p, name in enumerate(names):
            row = _of(goal) | {"id": name, "first": np.nan, "total": np.nan, "total_error": np.nan}
            if name in chosen:
                first, total, error = (float(v) for v in sobol[g, :, chosen.index(name)])
                scale = float(explained[g])
                row |= {
                    "first": max(0.0, first) * scale,
                    "total": total * scale,
                    "total_error": error * scale,
                }
            rows.append(row | {"rank": float(rank[p, g])})
    return pd.DataFrame(rows)


def _split(goals: Sequence[Goal], known: Array, explained: Array) -> pd.DataFrame:
    rows = [
        _of(goal) | {"known": float(k), "surface": float(e), LATER: 1.0 - float(k), REST: float(k - e)}
        for goal, k, e in zip(goals, known, explained, strict=True)
    ]
    return pd.DataFrame(rows)


def _swings(goals: Sequence[Goal], run: Projection, names: Sequence[str]) -> pd.DataFrame:
    """Odds at both ends of every uncertainty."""
    rows = []
    ends = {}
    known = dict(zip(*uncertain(run), strict=True))
    for name in names:
        values = known[name]
        low, high = np.quantile(values, (END, 1.0 - END))
        ends[name] = (values <= low, values >= high)
    for goal in goals:
        met = goal.met(run.inner.share(goal.series, goal.base)[run.inner.line.index(goal.month)]).astype(
            float
        )
        for name, (below, above) in ends.items():
            either = below | above
            swing, error = difference(met[either], above[either], run.inner.ancestor[either])
            odds = {"low": float(met[below].mean()), "high": float(met[above].mean())}
            rows.append(_of(goal) | {"id": name} | odds | {"swing": swing, "error": error})
    return pd.DataFrame(rows)


def _correlation(scores: Array, chosen: Sequence[str]) -> tuple[float, str, str]:
    matrix = np.corrcoef(scores) - np.eye(len(scores))
    one, other = np.unravel_index(int(np.argmax(np.abs(matrix))), matrix.shape)
    return float(matrix[one, other]), chosen[int(one)], chosen[int(other)]
