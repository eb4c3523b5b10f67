"""What ``reach`` answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from bhxh_forecast.analysis.goal import Goal
from bhxh_forecast.analysis.known import Identified


@dataclass(frozen=True)
class Attained:
    """One setting of the levers and what it gives.

    Attributes
    ----------
    levers
        Values; empty for the scenario without them.
    probability, mc_error
        Odds of the goal and their Monte Carlo error, by base.
    level
        Share that is met with the probability asked for, by base.
    cost, cost_p10, cost_p90
        Local-budget cost over the baseline from the month after as-of to the last year, VND at current prices.
    person_years
        Paid person-years more than in the baseline, same months.
    deadweight
        Part of the extra support that goes to person-years paid without it as well, VND.
    """

    levers: dict[str, float]
    probability: dict[str, float]
    mc_error: dict[str, float]
    level: dict[str, float]
    cost: float
    cost_p10: float
    cost_p90: float
    person_years: float
    deadweight: float


@dataclass(frozen=True)
class Marginal:
    """A little more of one lever at the answer.

    Attributes
    ----------
    step
        The little more, in the lever's unit.
    cost, points, person_years
        What it adds: VND, percentage points of probability, paid person-years.
    per_person_year, per_point
        VND for one more paid person-year and for one more point; NaN where nothing is gained.
    deadweight_share
        Share of the extra support that goes to those who would have paid anyway; NaN where no support changes.
    known
        Whether the figures know the lever's effect.
    """

    lever: str
    step: float
    cost: float
    points: float
    person_years: float
    per_person_year: float
    per_point: float
    deadweight_share: float
    known: Identified | None = None


@dataclass(frozen=True)
class Frontier:
    """Least cost for each probability.

    Attributes
    ----------
    table
        Columns probability, cost (VND, NaN where not reachable) and one per lever.
    """

    table: pd.DataFrame


@dataclass(frozen=True)
class Reach:
    """The answer.

    Attributes
    ----------
    goal, asked, minimise, limits
        The question.
    status
        ``reached``, ``already`` (without any change) or ``not_reachable`` (within the limits).
    before, answer
        Without the levers; at the answer, or at the best attainable setting.
    marginals, frontier
        A little more of each lever at the answer; cost against probability.
    model_runs, draws
        What it took.
    """

    goal: Goal
    asked: float
    minimise: str
    limits: dict[str, tuple[float, float]]
    status: str
    before: Attained
    answer: Attained
    marginals: tuple[Marginal, ...]
    frontier: Frontier
    model_runs: int
    draws: int

    @property
    def reachable(self) -> bool:
        """Whether the probability asked for can be had within the limits."""
        return self.status != "not_reachable"

    @property
    def levers(self) -> dict[str, float]:
        """Values of the levers at the answer."""
        return self.answer.levers

    @property
    def probability(self) -> float:
        """Odds at the answer on the base of the question."""
        return self.answer.probability[self.goal.base]

    @property
    def cost(self) -> float:
        """Extra local-budget cost at the answer, VND."""
        return self.answer.cost

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain values."""
        rows = self.frontier.table.astype(object).where(self.frontier.table.notna(), None)
        return {
            "question": {
                "target": self.goal.target, "year": self.goal.year, "base": self.goal.base,
                "base_role": self.goal.role(self.goal.base), "as_written": self.goal.as_written,
                "as_reported": self.goal.as_reported, "required": self.goal.required,
                "required_is_the_plans": self.goal.of_plan, "probability": self.asked, "minimise": self.minimise,
                "limits": {name: list(pair) for name, pair in self.limits.items()},
            },
            "status": self.status,
            "reachable": self.reachable,
            "before": _plain(asdict(self.before)),
            "answer": _plain(asdict(self.answer)),
            "marginal": [_plain(asdict(m)) for m in self.marginals],
            "frontier": rows.to_dict("records"),
            "model_runs": self.model_runs,
            "draws": self.draws,
        }  # fmt: skip


def _plain(values: Any) -> Any:
    """NaN as None, all the way down."""
    if isinstance(values, dict):
        return {key: _plain(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [_plain(value) for value in values]
    return None if isinstance(values, float) and values != values else values
