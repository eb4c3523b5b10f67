"""The question of a target: which share, on which base, how much of it, by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import InputError
from bhxh_forecast.results.targets_table import SERIES, bases_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bhxh_forecast.inputs import Inputs

ROLES = ("as_written", "as_reported")


@dataclass(frozen=True)
class Goal:
    """A share that is to be reached.

    Attributes
    ----------
    target, year
        Target of the plan, and the year at whose end it is judged.
    base
        Denominator on which the question is asked.
    required, comparison
        Share asked for (0-1), ``ge`` or ``gt``.
    as_written, as_reported
        Bases of the plan's words and of the city's publications for that year.
    of_plan
        Whether ``required`` is the plan's own figure for that year.
    """

    target: str
    year: int
    base: str
    required: float
    comparison: str
    as_written: str
    as_reported: str
    of_plan: bool

    @property
    def series(self) -> str:
        """Share that is watched."""
        return SERIES[self.target]

    @property
    def bases(self) -> tuple[str, ...]:
        """Every base on which the share is shown."""
        return bases_of(self.target)

    @property
    def month(self) -> str:
        """Month at whose end the target is judged."""
        return f"{self.year}-12"

    def met(self, share: Array) -> NDArray[np.bool_]:
        """Where a share meets the goal."""
        return share > self.required if self.comparison == "gt" else share >= self.required

    def role(self, base: str) -> str:
        """``as_written``, ``as_reported``, both joined by ``+``, or ``other``."""
        roles = [role for role in ROLES if getattr(self, role) == base]
        return "+".join(roles) or "other"


def find_goal(
    inputs: Inputs, target: str, year: int, base: str = "as_written", required: float | None = None
) -> Goal:
    """Read a target's row of the plan; a year between two of the plan's is judged on the later one's base.

    Raises
    ------
    InputError
        For a target without figures, a base it has not, a year without a figure in the plan and no ``required``.
    """
    if target not in SERIES:
        raise InputError.of("question", "target", repr(target), list(SERIES))
    rows = inputs.targets[inputs.targets["id"] == target].sort_values("year")
    ahead = rows[rows["year"] >= year]
    row: Any = next((ahead if len(ahead) else rows[::-1]).itertuples())
    own = int(row.year) == year
    if required is None and not own:
        years = ", ".join(str(y) for y in rows["year"])
        raise InputError.of("question", "year", str(year), f"{years}, or a required share")
    if required is not None and not 0.0 < required <= 1.0:
        raise InputError.of("question", "required", f"{required:.10g}", "a share above 0 and up to 1")
    written, reported = str(row.base_as_written), str(row.base_as_reported)
    chosen = {"as_written": written, "as_reported": reported}.get(base, base)
    if chosen not in bases_of(target):
        raise InputError.of("question", "base", repr(base), [*ROLES, *bases_of(target)])
    level = float(row.value) if required is None else required
    comparison = str(row.comparison) if own else "ge"
    return Goal(target, year, chosen, level, comparison, written, reported, own and level == float(row.value))
