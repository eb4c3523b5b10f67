"""What a scenario changes against the baseline, setting by setting, with the law that each touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.inputs.law_switch import find_target
from bhxh_forecast.timeline import FIRST_MONTH, month_end, month_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs, LawRow, Scenario, Step
    from bhxh_forecast.inputs.law import LawBook, Value

LAST_MONTH = np.datetime64("2046-01", "M")  # law is compared month by month up to here


@dataclass(frozen=True)
class Touched:
    """A provision that a setting replaces or acts within.

    Attributes
    ----------
    provision, act, reference, status, checked
        As in the law book; of the row in force when the setting begins.
    """

    provision: str
    act: str
    reference: str
    status: str
    checked: bool

    @classmethod
    def of(cls, row: LawRow) -> Touched:
        """The row's own words."""
        return cls(row.provision, row.act, row.reference, row.status, row.checked)


@dataclass(frozen=True)
class Change:
    """One step of a lever, or one provision that a law setting changes.

    Attributes
    ----------
    kind
        ``lever`` or ``law``.
    id, unit
        Lever or provision, and the unit of its values.
    setting
        ``value``, ``add`` or ``times`` for a lever; the name set under ``law`` for a provision.
    amount
        Number of the step; None for law.
    before, after
        Value in the baseline and in the scenario, when the step begins or (a ramp) has reached its level.
    from_, to
        First and last day (``to`` None: without end).
    ramp
        Months until the level is reached.
    law
        What it touches; empty for an effort that no provision sets.
    """

    kind: str
    id: str
    unit: str
    setting: str
    amount: float | None
    before: Value | None
    after: Value | None
    from_: date
    to: date | None
    ramp: int
    law: tuple[Touched, ...]


def changes(scenario: Scenario, inputs: Inputs) -> tuple[Change, ...]:
    """List what differs from the baseline, levers first.

    Parameters
    ----------
    scenario, inputs
        The scenario and the data it was read against.

    Examples
    --------
    >>> from bhxh_forecast.inputs import load_inputs, load_scenario
    >>> inputs = load_inputs()
    >>> [(c.id, c.before, c.after) for c in changes(load_scenario("subsidy_raise", inputs), inputs)][1]
    ('subsidy.city_share.other', 0.1, 0.3)
    """
    levers = [
        _lever(name, step, scenario, inputs)
        for name, steps in sorted(scenario.levers.items())
        for step in steps
    ]
    return (*levers, *_law(scenario, inputs))


def _lever(name: str, step: Step, scenario: Scenario, inputs: Inputs) -> Change:
    spec = inputs.levers[name]
    after_as_of = month_of(inputs.as_of) + 1
    begin = after_as_of if step.from_ is None else max(step.from_, after_as_of)
    reached = begin + max(0, step.ramp - 1)
    if step.to is not None:
        reached = min(reached, step.to)
    law = inputs.law.switched(scenario.law, counterfactual=scenario.counterfactual)
    before = float(spec.baseline_path(inputs.law, np.array([reached]))[0])
    baseline = spec.baseline_path(law, np.array([reached]))
    first: date = month_end(np.array([begin]))[0].item()
    last: date | None = None if step.to is None else month_end(np.array([step.to]))[0].item()
    rows = [row for p in spec.provisions if (row := _row(inputs.law, p, first)) is not None]
    return Change(
        kind="lever",
        id=name,
        unit=spec.unit,
        setting=step.kind,
        amount=step.amount,
        before=before,
        after=float(step.level(baseline)[0]),
        from_=begin.astype("datetime64[D]").item(),
        to=last,
        ramp=step.ramp,
        law=tuple(Touched.of(row) for row in rows),
    )


def _law(scenario: Scenario, inputs: Inputs) -> list[Change]:
    switched = inputs.law.switched(scenario.law, counterfactual=scenario.counterfactual)
    days = [day.item() for day in month_end(np.arange(FIRST_MONTH, LAST_MONTH))]
    found = []
    for name in sorted(scenario.law):
        target = find_target(inputs.law, name)
        for provision in target.provisions if target else ():
            found += _spans(name, provision, inputs.law, switched, days)
    return found


def _spans(name: str, provision: str, base: LawBook, other: LawBook, days: list[date]) -> list[Change]:
    """Months in which a provision differs, joined while both values stay."""
    pairs = [(base.value(provision, day), other.value(provision, day)) for day in days]
    found: list[Change] = []
    begin = 0
    for k in range(1, len(days) + 1):
        if k < len(days) and pairs[k] == pairs[begin]:
            continue
        before, after = pairs[begin]
        if before != after:
            row = _row(base, provision, days[begin])
            found.append(
                Change(
                    kind="law",
                    id=provision,
                    unit=base.everything[provision].unit,
                    setting=name,
                    amount=None,
                    before=before,
                    after=after,
                    from_=days[begin].replace(day=1),
                    to=None if k == len(days) else days[k - 1],
                    ramp=0,
                    law=() if row is None else (Touched.of(row),),
                )
            )
        begin = k
    return found


def _row(book: LawBook, provision: str, day: date) -> LawRow | None:
    """Row of a provision in force on a day."""
    rows = [row for row in book.rows(provision) if row.from_ <= day and (row.to is None or day <= row.to)]
    return rows[-1] if rows else None
