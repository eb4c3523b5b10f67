"""Levers: what the city can set, in which unit and range, and what it is without a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.inputs.faults import Faults, join, number_range
from bhxh_forecast.inputs.law import LawBook
from bhxh_forecast.inputs.yaml_positions import Node
from bhxh_forecast.timeline import Months

Path = NDArray[np.float64]
KINDS = ("law", "effort")
_KEYS = (
    "name", "description", "unit", "min", "max", "baseline", "baseline_source", "low", "high", "status", "kind",
    "group", "source", "note",
)  # fmt: skip
_REQUIRED = ("name", "description", "unit", "min", "max", "baseline", "baseline_source", "status", "kind")


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
        ``law:A`` (provision A), ``law:A|B`` (B where A has no row), ``law:A*B`` (their product), or where the number
        comes from in words.
    low, high
        Range of an uncertain baseline (equal to it where it is certain).
    status, kind, group, note
        Standing of the baseline; ``law`` or ``effort``; support group it belongs to, if any; remarks.
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

    @property
    def provisions(self) -> tuple[str, ...]:
        """Provisions of the law that give the baseline."""
        if not self.baseline_source.startswith("law:"):
            return ()
        return tuple(self.baseline_source[4:].replace("*", "|").split("|"))

    def baseline_path(self, law: LawBook, months: Months) -> Path:
        """Baseline in each month, shape (T,), under a law book."""
        path = np.full(len(months), np.nan)
        if self.provisions and "*" in self.baseline_source:
            path = np.prod([law.monthly(provision, months) for provision in self.provisions], axis=0)
        else:
            for provision in self.provisions:
                path = np.where(np.isnan(path), law.monthly(provision, months), path)
        return np.where(np.isnan(path), self.baseline, path)


def read_levers(node: Node | None, faults: Faults) -> dict[str, LeverSpec]:
    """Read data/levers.yaml."""
    levers = {}
    for name, item in faults.mapping(node, "").items():
        entry = faults.mapping(item, name, keys=_KEYS, required=_REQUIRED)
        if any(key not in entry for key in _REQUIRED):
            continue
        number = {
            key: faults.number(entry[key], join(name, key))
            for key in ("min", "max", "baseline", "low", "high")
            if key in entry
        }
        texts = {key: faults.text(entry[key], join(name, key)) for key in ("group", "source", "note") if key in entry}
        faults.choice(entry["kind"], join(name, "kind"), KINDS)
        both = {key: faults.both_languages(entry[key], join(name, key)) for key in ("name", "description")}
        if any(value is None for value in number.values()):
            continue
        low, high, base = number["min"] or 0.0, number["max"] or 0.0, number["baseline"] or 0.0
        if not low <= base <= high:
            faults.add(entry["baseline"], join(name, "baseline"), entry["baseline"].text, number_range("a number", low, high))
        levers[name] = LeverSpec(
            name, both["name"], both["description"], faults.text(entry["unit"], join(name, "unit")),
            low, high, base, faults.text(entry["baseline_source"], join(name, "baseline_source")),
            number.get("low", base) or 0.0, number.get("high", base) or 0.0,
            faults.text(entry["status"], join(name, "status")), str(entry["kind"].value), **texts,
        )  # fmt: skip
    return levers
