"""Levers: what the city can set, in which unit and range, and what it is without a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.inputs.faults import Faults, join, number_range
from bhxh_forecast.inputs.law import LawBook
from bhxh_forecast.inputs.yaml_positions import Node
from bhxh_forecast.timeline import Months

Path = NDArray[np.float64]
KINDS = ("law", "effort")
STATUSES = ("cited", "derived", "unverified", "expert")
_KEYS = (
    "name", "description", "unit", "min", "max", "baseline", "baseline_source", "low", "high", "status", "kind",
    "group", "effect", "source", "note",
)  # fmt: skip
_REQUIRED = ("name", "description", "unit", "min", "max", "baseline_source", "status", "kind")


@dataclass(frozen=True, slots=True)
class LeverSpec:
    """One lever as data/levers.yaml describes it.

    Attributes
    ----------
    id, name, description, unit
        Dotted id, names in both languages, unit of the values.
    minimum, maximum
        Values a scenario may give it.
    baseline
        Value without a scenario; for a lever that follows the law, the value where no row is in force.
    baseline_source
        ``law:A`` (provision A), ``law:A|B`` (B where A has no row), ``law:A*B`` (their product), ``register:ID`` (an
        assumption of the register), or where the number comes from in words.
    low, high
        Range of an uncertain baseline (equal to it where it is certain).
    status, kind, group, note
        Standing of the baseline; ``law`` or ``effort``; support group it belongs to, if any; remarks.
    effect
        Priors that carry what the lever does, the main one first; empty where nothing is known of it.
    """

    id: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    unit: str
    minimum: float
    maximum: float
    baseline: float
    baseline_source: str
    low: float
    high: float
    status: str
    kind: str
    group: str = ""
    source: str = ""
    note: str = ""
    effect: tuple[str, ...] = ()

    @property
    def provisions(self) -> tuple[str, ...]:
        """Provisions of the law that give the baseline."""
        if not self.baseline_source.startswith("law:"):
            return ()
        return tuple(self.baseline_source[4:].replace("*", "|").split("|"))

    def baseline_path(self, law: LawBook, months: Months) -> Path:
        """Baseline in each month, shape (T,), under a law book.

        A product stays NaN after one of its provisions has run out: no support is a policy, no base is a gap in the
        data that must be seen.
        """
        path = np.full(len(months), np.nan)
        if "*" in self.baseline_source and self.provisions:
            path = np.prod([law.monthly(provision, months) for provision in self.provisions], axis=0)
            begun = np.maximum.accumulate(~np.isnan(path))
            return np.where(begun, path, self.baseline)
        for provision in self.provisions:
            path = np.where(np.isnan(path), law.monthly(provision, months), path)
        return np.where(np.isnan(path), self.baseline, path)


def read_levers(
    node: Node | None, register: Mapping[str, Mapping[str, Any]], faults: Faults
) -> dict[str, LeverSpec]:
    """Read data/levers.yaml; baselines that are assumptions come from the register."""
    levers = {}
    for name, item in faults.mapping(node, "").items():
        spec = _lever(name, item, register, faults)
        if spec is not None:
            levers[name] = spec
    return levers


def _lever(
    name: str, item: Node, register: Mapping[str, Mapping[str, Any]], faults: Faults
) -> LeverSpec | None:
    entry = faults.mapping(item, name, keys=_KEYS, required=_REQUIRED)
    if any(key not in entry for key in _REQUIRED):
        return None
    source = faults.text(entry["baseline_source"], join(name, "baseline_source"), empty=False)
    texts = {
        key: faults.text(entry[key], join(name, key)) for key in ("group", "source", "note") if key in entry
    }
    kind = faults.choice(entry["kind"], join(name, "kind"), KINDS)
    status = faults.choice(entry["status"], join(name, "status"), STATUSES)
    effect = tuple(map(str, entry["effect"].plain())) if "effect" in entry else ()
    names = faults.both_languages(entry["name"], join(name, "name"))
    description = faults.both_languages(entry["description"], join(name, "description"))
    low = faults.number(entry["min"], join(name, "min"))
    high = faults.number(entry["max"], join(name, "max"))
    baseline = _baseline(name, item, entry, source, register, faults)
    if low is None or high is None or baseline is None:
        return None
    if not low <= baseline[0] <= high:
        place = entry.get("baseline", entry["baseline_source"])
        faults.add(place, join(name, "baseline"), f"{baseline[0]:.10g}", number_range("a number", low, high))
    return LeverSpec(
        name, names, description, faults.text(entry["unit"], join(name, "unit"), empty=False), low, high, baseline[0],
        source, baseline[1], baseline[2], status, kind, effect=effect, **texts,
    )  # fmt: skip


def _baseline(
    name: str,
    item: Node,
    entry: Mapping[str, Node],
    source: str,
    register: Mapping[str, Mapping[str, Any]],
    faults: Faults,
) -> tuple[float, float, float] | None:
    """Baseline with its low and high end, from the entry itself or from the register."""
    if source.startswith("register:"):
        known = register.get(source.removeprefix("register:"))
        if known is None:
            place, field = entry["baseline_source"], join(name, "baseline_source")
            faults.add(place, field, repr(source), [f"register:{key}" for key in register])
            return None
        value = float(known["value"])
        return value, float(known.get("low", value)), float(known.get("high", value))
    if "baseline" not in entry:
        faults.add(item, join(name, "baseline"), "nothing", "this key with a value")
        return None
    value_or_none = faults.number(entry["baseline"], join(name, "baseline"))
    if value_or_none is None:
        return None
    low = faults.number(entry["low"], join(name, "low")) if "low" in entry else value_or_none
    high = faults.number(entry["high"], join(name, "high")) if "high" in entry else value_or_none
    return None if low is None or high is None else (value_or_none, low, high)
