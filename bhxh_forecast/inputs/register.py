"""The register of assumptions that are fixed, not sampled."""

from __future__ import annotations

import math
from typing import Any

from bhxh_forecast.inputs.faults import Faults, join
from bhxh_forecast.inputs.yaml_positions import Node

_KEYS = ("name", "value", "unit", "low", "high", "status", "source", "review", "affects", "note")
_REQUIRED = ("name", "value", "unit", "status", "source", "affects")
STATUSES = ("cited", "derived", "unverified", "expert")


def read_register(node: Node | None, faults: Faults) -> dict[str, dict[str, Any]]:
    """Read data/assumptions/register.yaml: id -> plain values of its entry."""
    register = {}
    for name, item in faults.mapping(node, "").items():
        entry = faults.mapping(item, name, keys=_KEYS, required=_REQUIRED)
        if any(key not in entry for key in _REQUIRED):
            continue
        faults.both_languages(entry["name"], join(name, "name"))
        faults.choice(entry["status"], join(name, "status"), STATUSES)
        faults.text(entry["source"], join(name, "source"), empty=False)
        value = entry["value"].value
        if isinstance(value, int | float) and not isinstance(value, bool):
            low = faults.number(entry["low"], join(name, "low")) if "low" in entry else None
            high = faults.number(entry["high"], join(name, "high")) if "high" in entry else None
            least, most = -math.inf if low is None else low, math.inf if high is None else high
            faults.number(entry["value"], join(name, "value"), least, most)
        register[name] = item.plain()
    return register
