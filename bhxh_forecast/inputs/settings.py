"""Reads the settings below ``levers``, ``law`` and ``assumptions``, leaf by leaf, against what exists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Protocol, TypeVar

import numpy as np

from bhxh_forecast.inputs.faults import Faults, join, number_range
from bhxh_forecast.inputs.grammar import LawSwitch, LawValue, LeverStep, Model, WorldStep, keys_of, validate
from bhxh_forecast.inputs.law import LawBook, Value
from bhxh_forecast.inputs.law_switch import LawSetting, LawStep, Target, find_target
from bhxh_forecast.inputs.lever_specs import LeverSpec
from bhxh_forecast.inputs.levers import Step
from bhxh_forecast.inputs.world_paths import WorldChange
from bhxh_forecast.inputs.yaml_positions import Node


class _Timed(Protocol):
    """Anything with a first and a last moment; ``None`` is open."""

    @property
    def from_(self) -> Any: ...

    @property
    def to(self) -> Any: ...


S = TypeVar("S", bound=_Timed)


def _filled(node: Node | None) -> Node | None:
    """A section without anything below it is as good as left out."""
    return None if node is None or node.value is None else node


def month(text: str | None) -> np.datetime64 | None:
    """Month of a text that matched YYYY-MM."""
    return None if text is None else np.datetime64(text, "M")


def read_lever_settings(
    node: Node | None, levers: Mapping[str, LeverSpec], faults: Faults
) -> dict[str, tuple[Step, ...]]:
    """Flatten the tree below ``levers`` into lever id -> steps."""
    settings: dict[str, tuple[Step, ...]] = {}
    _walk(_filled(node), "", levers, settings, faults)
    return settings


def _walk(
    node: Node | None,
    path: str,
    levers: Mapping[str, LeverSpec],
    settings: dict[str, tuple[Step, ...]],
    faults: Faults,
) -> None:
    prefix = f"{path}." if path else ""
    children = list(
        dict.fromkeys(name[len(prefix) :].split(".")[0] for name in levers if name.startswith(prefix))
    )
    for key, child in faults.mapping(node, join("levers", path) if path else "levers", keys=children).items():
        name = prefix + key
        if name in levers:
            settings[name] = _lever(child, levers[name], faults)
        elif key in children:
            _walk(child, name, levers, settings, faults)


def _lever(node: Node, spec: LeverSpec, faults: Faults) -> tuple[Step, ...]:
    field = f"levers.{spec.id}"
    if not isinstance(node.value, dict | list):
        number = faults.number(node, field, spec.minimum, spec.maximum)
        return (
            ()
            if number is None
            else (Step("value", float(number), place=(node.file, node.line, node.column)),)
        )

    def build(model: LeverStep, item: Node, name: str) -> Step | None:
        kind = next(action for action in LeverStep.actions if getattr(model, action) is not None)
        amount = float(getattr(model, kind))
        if kind == "value" and not spec.minimum <= amount <= spec.maximum:
            value = item.value["value"]
            faults.add(
                value, f"{name}.value", value.text, number_range("a number", spec.minimum, spec.maximum)
            )
            return None
        place = (item.file, item.line, item.column)
        return Step(kind, amount, month(model.from_), month(model.to), model.ramp or 0, place)

    return _steps(node, field, LeverStep, build, "a number or a list of steps", faults)


def _steps(
    node: Node,
    field: str,
    model: type[Model],
    build: Callable[..., S | None],
    allowed: str,
    faults: Faults,
) -> tuple[S, ...]:
    """Read one step or a list of them, in order of time and without overlap."""
    single = isinstance(node.value, dict)
    if single and not set(node.value) & set(keys_of(model)):
        faults.add(node, field, node.shown(), allowed)
        return ()
    items: list[Node] = [node] if single else node.value
    steps: list[tuple[S, Node, str]] = []
    for index, item in enumerate(items):
        name = field if single else f"{field}[{index}]"
        checked = validate(model, item, name, faults)
        step = None if checked is None else build(checked, item, name)
        if step is not None:
            steps.append((step, item, name))
    steps.sort(key=lambda entry: str(entry[0].from_ or ""))
    for (before, _, _), (after, item, name) in pairwise(steps):
        last = before.to
        if last is None or after.from_ is None or last >= after.from_:
            start, end = before.from_ or "the beginning", last or "without end"
            faults.add(
                item, name, f"a step that overlaps the one from {start} to {end}", "steps that do not overlap"
            )
    return tuple(step for step, _, _ in steps)


def read_law_settings(
    node: Node | None, law: LawBook, computed: Collection[str], faults: Faults
) -> dict[str, LawSetting]:
    """Read the settings below ``law``: provision, group or act -> absent, starts or steps."""
    settings: dict[str, LawSetting] = {}
    for name, child in faults.mapping(_filled(node), "law").items():
        target = find_target(law, name)
        if target is None and node is not None:
            found = f"'{name}' (computed from other provisions)" if name in computed else f"'{name}'"
            groups = {provision.rsplit(".", 1)[0] for provision in law.ids if "." in provision}
            names = [*law.ids, *sorted(groups - set(law.ids)), *sorted(law.acts)]
            faults.at((node.file, *node.key_place(name)), f"law.{name}", found, names)
        elif target is not None:
            settings[name] = _law_setting(name, child, law, target, faults)
    return settings


def _law_setting(name: str, node: Node, law: LawBook, target: Target, faults: Faults) -> LawSetting:
    field = f"law.{name}"
    place = (node.file, node.line, node.column)
    allowed = "{absent: true}, {starts: YYYY-MM-DD}, or steps with from, to and value"
    if not isinstance(node.value, dict | list):
        faults.add(node, field, node.shown(), allowed)
        return LawSetting(place=place)
    if isinstance(node.value, dict) and not set(node.value) & set(keys_of(LawValue)):
        checked = validate(LawSwitch, node, field, faults)
        if checked is None:
            return LawSetting(place=place)
        starts = date.fromisoformat(checked.starts) if checked.starts else None
        return LawSetting(bool(checked.absent), starts, place=place)
    if target.kind == "act":
        faults.add(node, field, "steps", "{absent: true} or {starts: YYYY-MM-DD} for a whole act")
        return LawSetting(place=place)

    def build(model: LawValue, item: Node, step: str) -> LawStep | None:
        value = _law_value(item.value["value"], f"{step}.value", law, target.provisions, faults)
        last = date.fromisoformat(model.to) if model.to else None
        here = (item.file, item.line, item.column)
        return None if value is None else LawStep(date.fromisoformat(model.from_), last, value, here)

    return LawSetting(steps=_steps(node, field, LawValue, build, allowed, faults), place=place)


def _law_value(
    node: Node, field: str, law: LawBook, provisions: Sequence[str], faults: Faults
) -> Value | None:
    """Check a value against the kind and unit of the provisions it is for."""
    for provision in provisions:
        rows = law.everything[provision].rows
        kind = type(rows[0].value) if rows else float
        if kind is bool:
            if not isinstance(node.value, bool):
                faults.truth(node, field)
                return None
        elif kind is str:
            if not isinstance(node.value, str):
                faults.text(node, field, empty=False)
                return None
        else:
            share = law.everything[provision].unit.startswith("share")
            number = faults.number(node, field, 0.0, 1.0) if share else faults.number(node, field, 0.0)
            if number is None:
                return None
    value: Value = node.value
    return value


def read_assumptions(
    node: Node | None, known: Collection[str], faults: Faults
) -> dict[str, tuple[WorldChange, ...]]:
    """Read the settings below ``assumptions``: uncertainty -> dated shift, scale or value."""
    settings = {}

    def build(model: WorldStep, item: Node, name: str) -> WorldChange | None:
        kind = next(action for action in WorldStep.actions if getattr(model, action) is not None)
        amount = float(getattr(model, kind))
        if kind == "scale" and amount <= 0:
            faults.add(item.value["scale"], f"{name}.scale", item.value["scale"].text, "a number above 0")
            return None
        return WorldChange(kind, amount, month(model.from_), month(model.to))

    for name, child in faults.mapping(_filled(node), "assumptions", keys=sorted(known) or ()).items():
        allowed = "{shift: x}, {scale: x}, {value: x}, or a list of them with from and to"
        if not isinstance(child.value, dict | list):
            faults.add(child, f"assumptions.{name}", child.shown(), allowed)
        elif name in known:
            settings[name] = _steps(child, f"assumptions.{name}", WorldStep, build, allowed, faults)
    return settings
