"""The monthly path that a scenario gives each lever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.inputs.faults import NOWHERE, Faults, Place, number_range
from bhxh_forecast.inputs.lever_specs import LeverSpec, Path
from bhxh_forecast.timeline import Months, month_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs
    from bhxh_forecast.inputs.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lever.

    Attributes
    ----------
    kind, amount
        ``value``, ``add`` or ``times`` (on the baseline), and the number.
    from_, to
        First and last month (``None``: from the first month after the as-of date; without end).
    ramp
        Months over which the new level is reached on a straight line (0: at once).
    """

    kind: str
    amount: float
    from_: np.datetime64 | None = None
    to: np.datetime64 | None = None
    ramp: int = 0
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def level(self, baseline: Path) -> Path:
        """Level the step leads to, month by month."""
        if self.kind == "value":
            return np.full_like(baseline, self.amount)
        return baseline + self.amount if self.kind == "add" else baseline * self.amount


def follow_steps(steps: Sequence[Step], baseline: Path, months: Months, first: int) -> Path:
    """Path of a lever: its baseline, and its steps from month index ``first`` on.

    A ramp of N months leads from the month before the step, in N equal parts, to the step's level; after ``to`` the
    baseline returns. A step dated earlier begins at ``first``, ramp included: levers act only after the as-of date.
    """
    path = baseline.copy()
    ordered = sorted(steps, key=lambda step: (step.from_ is not None, str(step.from_)))
    for step in ordered:
        begin = first if step.from_ is None else max(first, int((step.from_ - months[0]).astype(int)))
        end = len(months) if step.to is None else min(len(months), int((step.to - months[0]).astype(int)) + 1)
        if begin >= end:
            continue
        level = step.level(baseline)[begin:end]
        if step.ramp > 1:
            start = path[begin - 1] if begin > 0 else baseline[begin]
            part = np.minimum(1.0, np.arange(1, end - begin + 1) / step.ramp)
            level = np.where(part < 1.0, start + (level - start) * part, level)
        path[begin:end] = level
    return path


def resolve_levers(scenario: Scenario, inputs: Inputs, months: Months) -> dict[str, Path]:
    """Monthly path of every lever under a scenario.

    Parameters
    ----------
    scenario
        Its ``law`` settings change the baselines of levers that follow the law; its ``levers`` win in their months.
    inputs
        Law as known on the as-of date, and the levers.
    months
        Consecutive months, shape (T,).

    Returns
    -------
    dict
        Lever id -> array (T,) in the lever's unit.

    Raises
    ------
    InputError
        If a path leaves its range, or state and city support together exceed the whole contribution.
    """
    months = np.asarray(months, dtype="datetime64[M]")
    law = inputs.law.switched(scenario.law, counterfactual=scenario.counterfactual)
    first = max(0, int((month_of(inputs.as_of) + 1 - months[0]).astype(int)))
    faults = Faults()
    paths = {}
    for name, spec in inputs.levers.items():
        steps = scenario.levers.get(name, ())
        baseline = spec.baseline_path(law, months)
        paths[name] = follow_steps(steps, baseline, months, first)
        _check_range(spec, steps, paths[name], baseline, months, faults)
    _check_support(scenario, inputs.levers, paths, months, faults)
    faults.stop()
    return paths


def _check_range(
    spec: LeverSpec, steps: Sequence[Step], path: Path, baseline: Path, months: Months, faults: Faults
) -> None:
    tolerance = 1e-12 * max(abs(spec.minimum), abs(spec.maximum), 1.0)
    outside = ((path < spec.minimum - tolerance) | (path > spec.maximum + tolerance)) & (path != baseline)
    if steps and outside.any():
        worst = int(np.argmax(outside))
        place = _place_of(steps, months[worst])
        found = f"{path[worst]:.10g} in {months[worst]}"
        faults.at(place, f"levers.{spec.id}", found, number_range("a number", spec.minimum, spec.maximum))


def _check_support(
    scenario: Scenario,
    levers: Mapping[str, LeverSpec],
    paths: Mapping[str, Path],
    months: Months,
    faults: Faults,
) -> None:
    """State and city support of a group together are at most the whole contribution at the minimum base."""
    groups = sorted({spec.group for spec in levers.values() if spec.group})
    for group in groups:
        members = [name for name, spec in levers.items() if spec.group == group]
        total = np.sum([paths[name] for name in members], axis=0)
        if (total > 1.0 + 1e-9).any():
            worst = int(np.argmax(total > 1.0 + 1e-9))
            steps = [step for name in members for step in scenario.levers.get(name, ())]
            settings = [setting.place for setting in scenario.law.values()]
            place = _place_of(steps, months[worst]) if steps else (settings or [NOWHERE])[0]
            found = f"{total[worst]:.10g} in {months[worst]} ({' + '.join(members)})"
            faults.at(place, f"levers.{members[-1]}", found, "together at most 1")


def _place_of(steps: Sequence[Step], month: np.datetime64) -> Place:
    """Place of the last step that has begun by a month, else of the first."""
    begun = [step for step in steps if step.from_ is None or step.from_ <= month]
    return (begun or list(steps))[-1].place
