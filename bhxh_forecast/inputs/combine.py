"""Combines scenarios as ``A+B``: the same result in any order, an error where they disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import numpy as np

from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.law import LawBook, Value
from bhxh_forecast.inputs.law_switch import LawSetting, LawStep, find_target
from bhxh_forecast.inputs.levers import Step
from bhxh_forecast.timeline import FIRST_MONTH, month_end

T = TypeVar("T", Step, LawStep)
_LAST_MONTH = np.datetime64("2061-01", "M")  # two settings are compared month by month up to here
_ALLOWED = "one value at a time"


def combine_levers(
    parts: Mapping[str, Mapping[str, Sequence[Step]]], faults: Faults
) -> dict[str, tuple[Step, ...]]:
    """Join lever settings of several scenarios (name -> lever -> steps)."""
    levers = sorted({lever for settings in parts.values() for lever in settings})
    return {
        lever: _merge(
            f"levers.{lever}",
            [(owner, step) for owner, settings in parts.items() for step in settings.get(lever, ())],
            faults,
        )
        for lever in levers
    }


def combine_law(
    parts: Mapping[str, Mapping[str, LawSetting]], law: LawBook, counterfactual: bool, faults: Faults
) -> dict[str, LawSetting]:
    """Join law settings of several scenarios (name -> provision, group or act -> setting)."""
    joined: dict[str, LawSetting] = {}
    for name in sorted({name for settings in parts.values() for name in settings}):
        owned = [(owner, settings[name]) for owner, settings in parts.items() if name in settings]
        joined[name] = owned[0][1]
        if all(setting.steps for _, setting in owned):
            steps = [(owner, step) for owner, setting in owned for step in setting.steps]
            joined[name] = LawSetting(steps=_merge(f"law.{name}", steps, faults), place=owned[0][1].place)
            continue
        for owner, setting in owned[1:]:
            if setting != owned[0][1]:
                found = f"{owned[0][0]} sets {owned[0][1].shown()}, {owner} sets {setting.shown()}"
                faults.at(setting.place, f"law.{name}", found, _ALLOWED)
    if not faults.problems:
        _check_provisions(parts, law, counterfactual, faults)
    return joined


def _merge(field: str, steps: Sequence[tuple[str, T]], faults: Faults) -> tuple[T, ...]:
    """Join steps in order of time; steps that agree become one, steps that differ in one month are a problem."""
    joined: list[tuple[str, T]] = []
    for owner, step in sorted(steps, key=_order):
        if joined and _overlap(joined[-1][1], step):
            other, before = joined[-1]
            if not _same(before, step):
                found = f"{other} sets {_shown(before)}, {owner} sets {_shown(step)} from {_moment(step.from_, 'now')}"
                faults.at(step.place, field, found, _ALLOWED)
            elif _moment(step.to, "~") > _moment(before.to, "~"):
                joined[-1] = (other, replace(before, to=step.to))
        else:
            joined.append((owner, step))
    return tuple(step for _, step in joined)


def _order(owned: tuple[str, Step | LawStep]) -> tuple[str, str, str]:
    """In order of time: no beginning first, no end last."""
    owner, step = owned
    return _moment(step.from_, ""), _moment(step.to, "~"), owner


def _moment(value: Any, otherwise: str) -> str:
    return otherwise if value is None else str(value)


def _overlap(before: Step | LawStep, after: Step | LawStep) -> bool:
    """Whether the later one begins before the earlier one ends (months and days compare as text)."""
    return _moment(before.to, "~") >= _moment(after.from_, "")


def _same(one: Step | LawStep, other: Step | LawStep) -> bool:
    if isinstance(one, Step) and isinstance(other, Step):
        if (one.kind, one.amount) != (other.kind, other.amount):
            return False
        at_once = one.ramp <= 1 and other.ramp <= 1
        return at_once or (one.ramp, one.from_) == (other.ramp, other.from_)
    return getattr(one, "value", None) == getattr(other, "value", None)


def _shown(step: Step | LawStep) -> str:
    if isinstance(step, LawStep):
        return f"{step.value}"
    return f"{step.kind} {step.amount:.10g}" + (f" over {step.ramp} months" if step.ramp > 1 else "")


def _check_provisions(
    parts: Mapping[str, Mapping[str, LawSetting]], law: LawBook, counterfactual: bool, faults: Faults
) -> None:
    """Find provisions that two scenarios change differently in one month, under whatever names."""
    days = [day.item() for day in month_end(np.arange(FIRST_MONTH, _LAST_MONTH))]
    changes: dict[str, list[tuple[str, LawSetting, list[Value | None]]]] = {}
    for owner, settings in parts.items():
        book = law.switched(settings, counterfactual=counterfactual)
        for name, setting in settings.items():
            target = find_target(law, name)
            for provision in target.provisions if target else ():
                changes.setdefault(provision, []).append((owner, setting, _values(book, provision, days)))
    for provision, found in changes.items():
        if len({owner for owner, _, _ in found}) < 2:
            continue
        base = _values(law, provision, days)
        for index, (owner, setting, values) in enumerate(found):
            for other, _, before in found[:index]:
                month = _first_conflict(base, before, values)
                if owner != other and month is not None:
                    day = days[month]
                    text = f"{other} sets {before[month]}, {owner} sets {values[month]} in {day:%Y-%m}"
                    faults.at(setting.place, f"law.{provision}", text, _ALLOWED)


def _values(book: LawBook, provision: str, days: Sequence[date]) -> list[Value | None]:
    return [book.value(provision, day) for day in days]


def _first_conflict(base: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> int | None:
    for index, (b, x, y) in enumerate(zip(base, one, other, strict=True)):
        if x != b and y != b and x != y:
            return index
    return None
