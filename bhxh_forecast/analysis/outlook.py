"""Targets draw by draw: when each is first reached, how far it is at the date, which come together, and the path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.goal import ROLES, Goal, find_goal
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import InputError
from bhxh_forecast.results.draws import OLD_AGE, SHARES
from bhxh_forecast.results.projection import Projection
from bhxh_forecast.results.quantiles import THREE, clustered_error, quantiles
from bhxh_forecast.results.targets_table import SERIES

SAFE = 0.8  # odds of the level that a yearly target may be set at with confidence
SUBMITTED = ("si_coverage", "ui_coverage")  # the targets that the city's yearly socio-economic plan carries
ENDS = ("p10", "p50", "p90")


@dataclass(frozen=True)
class Outlook:
    """Targets of one projection on chosen bases.

    Attributes
    ----------
    projection
        The draws.
    goals
        What is looked at.
    """

    projection: Projection
    goals: tuple[Goal, ...]

    def share(self, goal: Goal) -> Array:
        """Share by month, (T, n)."""
        return self.projection.inner.share(goal.series, goal.base)

    def counted(self, goal: Goal) -> Array:
        """Head-count in the numerator by month, persons, (T, n)."""
        inner = self.projection.inner
        return inner.extra[OLD_AGE[1]] if goal.series == OLD_AGE[0] else inner.counts[SHARES[goal.series]]

    def at(self, goal: Goal) -> int:
        """Index of the month at whose end a goal is judged."""
        return self.projection.inner.line.index(goal.month)

    @property
    def last_year(self) -> int:
        """Last year of the run."""
        return self.projection.facts.until

    def odds(self) -> pd.DataFrame:
        """Probability of each goal with its simulation error, and the distance at the date.

        Columns: target, year, base, role, required, probability, mc_error; ``points_`` p10, p50, p90: share less
        required; ``heads_`` p10, p50, p90: persons above (below: negative) what the target takes.
        """
        rows = []
        for goal in self.goals:
            t = self.at(goal)
            share = self.share(goal)[t]
            met = goal.met(share).astype(float)
            base = self.projection.inner.bases[goal.base][t]
            points = quantiles(share - goal.required, THREE)
            heads = quantiles(self.counted(goal)[t] - goal.required * base, THREE)
            rows.append(
                _of(goal)
                | {
                    "required": goal.required,
                    "probability": float(met.mean()),
                    "mc_error": clustered_error(met, self.projection.inner.ancestor),
                }
                | {f"points_{q}": float(v) for q, v in zip(ENDS, points, strict=True)}
                | {f"heads_{q}": float(v) for q, v in zip(ENDS, heads, strict=True)}
            )
        return pd.DataFrame(rows)

    def first_month(self) -> pd.DataFrame:
        """Distribution of the first month in which each share reaches its level.

        Columns: target, year, base, role; p10, p50, p90 (YYYY-MM, empty where so many draws do not reach it in the
        run); by_YYYY: share of draws that have reached it once by December; never: share that does not.
        """
        line, rows = self.projection.inner.line, []
        for goal in self.goals:
            reached = goal.met(self.share(goal))
            first = np.where(reached.any(axis=0), reached.argmax(axis=0), len(line.months))
            order = np.sort(first)
            months = {
                name: _month(line, int(order[int(np.ceil(q * len(order))) - 1]))
                for q, name in zip(THREE, ENDS, strict=True)
            }
            by = {
                f"by_{y}": float((first <= line.index(f"{y}-12")).mean())
                for y in range(line.as_of.year, self.last_year + 1)
            }
            rows.append(_of(goal) | months | by | {"never": float((first == len(line.months)).mean())})
        return pd.DataFrame(rows)

    def together(self) -> pd.DataFrame:
        """Odds that two goals of one year are met together, and (``all``) all of them; square, by target id."""
        met = {goal.target: goal.met(self.share(goal)[self.at(goal)]) for goal in self.goals}
        names = list(met)
        pairs = [[float((met[a] & met[b]).mean()) for b in names] for a in names]
        table = pd.DataFrame(pairs, index=names, columns=names)
        table["all"] = float(np.all(list(met.values()), axis=0).mean())
        return table

    def path(self) -> pd.DataFrame:
        """Yearly targets on the way to each goal, to be handed to the city's yearly plan.

        ``needed`` is a straight line in the share, from the median of the last December before the as-of date to the
        level required (which stays if it is reached already). Columns: target, year (of the goal), base, role,
        submitted; at (the year), needed, heads_needed (persons, at the median base), probability (that ``needed`` is
        met), p50, safe (the level met with odds of 80%).
        """
        rows = []
        for goal in self.goals:
            line, share = self.projection.inner.line, self.share(goal)
            start = line.as_of.year - 1
            begin = min(float(np.median(share[line.index(f"{start}-12")])), goal.required)
            for year in range(start, goal.year + 1):
                t = line.index(f"{year}-12")
                part = (year - start) / (goal.year - start) if goal.year > start else 1.0
                needed = begin + part * (goal.required - begin)
                base = float(np.median(self.projection.inner.bases[goal.base][t]))
                safe, middle = quantiles(share[t], (1.0 - SAFE, 0.5))
                odds = float((share[t] >= needed).mean())
                rows.append(
                    _of(goal)
                    | {"submitted": goal.target in SUBMITTED, "at": year, "needed": needed}
                    | {"heads_needed": needed * base, "probability": odds}
                    | {"p50": float(middle), "safe": float(safe)}
                )
        return pd.DataFrame(rows)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        facts = self.projection.facts
        tables = {"odds": self.odds(), "first_month": self.first_month(), "path": self.path()}
        return {
            "scenario": self.projection.inner.name,
            "world": self.projection.inner.world,
            "as_of": facts.as_of,
            "draws": facts.draws,
            **{name: table.to_dict("records") for name, table in tables.items()},
            "together": self.together().to_dict("index"),
        }


def outlook(
    projection: Projection, *, year: int = 2030, base: str = "as_written", targets: tuple[str, ...] = ()
) -> Outlook:
    """Look at the plan's targets of one year in a projection.

    Parameters
    ----------
    projection
        What ``simulate`` returns.
    year
        Year of the plan.
    base
        ``as_written``, ``as_reported`` or one base; targets that are not shown on that base are left out.
    targets
        Default: all with figures.

    Examples
    --------
    >>> from bhxh_forecast.simulation import simulate
    >>> look = outlook(simulate(draws=64))
    >>> list(look.odds().target)
    ['si_coverage', 'vsi_coverage', 'ui_coverage', 'old_age_coverage']
    """
    from bhxh_forecast.results.targets_table import bases_of

    names = targets or tuple(SERIES)
    every = {b for n in SERIES for b in bases_of(n)}
    if base not in (*ROLES, *every):
        raise InputError.of("question", "base", repr(base), [*ROLES, *every])
    shown = [n for n in names if n not in SERIES or base in ROLES or base in bases_of(n)]
    return Outlook(projection, tuple(find_goal(projection.inputs, n, year, base) for n in shown))


def _of(goal: Goal) -> dict[str, Any]:
    return {"target": goal.target, "year": goal.year, "base": goal.base, "role": goal.role(goal.base)}


def _month(line: Any, index: int) -> str:
    return str(line.months[index]) if index < len(line.months) else ""
