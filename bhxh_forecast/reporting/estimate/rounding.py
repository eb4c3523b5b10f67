"""How printed figures are rounded so that they add up and every total is the true total rounded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", str, int)
TIE = 6  # decimals to which remainders are compared, so that the last bits of a sum decide nothing


def add_up(parts: Mapping[Key, float], total: float | None = None, decimals: int = 0) -> dict[Key, float]:
    """Round parts so that they add to the rounded total, by largest remainder: every part is rounded up or down.

    Parameters
    ----------
    parts
        Amounts in the printed unit.
    total
        What the printed parts must add to; by default the rounded sum.
    decimals
        Decimals printed.

    Examples
    --------
    >>> add_up({"a": 1.4, "b": 1.4, "c": 1.4})
    {'a': 2.0, 'b': 1.0, 'c': 1.0}
    >>> add_up({"a": 0.3, "b": 2.8, "c": 0.0})
    {'a': 0.0, 'b': 3.0, 'c': 0.0}
    """
    if not parts:
        return {}
    unit = 10**decimals
    scaled = {name: value * unit for name, value in parts.items()}
    wanted = round((math.fsum(parts.values()) if total is None else total) * unit)
    printed = {name: math.floor(value) for name, value in scaled.items()}
    left = {name: round(value - printed[name], TIE) for name, value in scaled.items()}
    need = wanted - sum(printed.values())
    upwards = [name for name in sorted(left, key=lambda n: -left[n]) if left[name] > 0][: max(need, 0)]
    for name in upwards:
        printed[name] += 1
    largest = max(parts, key=lambda name: abs(parts[name]))
    printed[largest] += need - len(upwards)  # nothing, unless the total given is not that of the parts
    return {name: value / unit + 0.0 for name, value in printed.items()}


def into_largest(
    parts: Mapping[Key, float], total: float | None = None, decimals: int = 0
) -> dict[Key, float]:
    """Round parts one by one; what is missing to the total goes into the largest part.

    Examples
    --------
    >>> into_largest({"a": 0.4, "b": 0.4, "c": 10.4})
    {'a': 0.0, 'b': 0.0, 'c': 11.0}
    """
    if not parts:
        return {}
    wanted = round(math.fsum(parts.values()), decimals) if total is None else total
    printed = {name: round(value, decimals) + 0.0 for name, value in parts.items()}
    largest = max(parts, key=lambda name: abs(parts[name]))
    rest = sum(value for name, value in printed.items() if name != largest)
    printed[largest] = round(wanted - rest, decimals) + 0.0
    return printed


def top_down(
    amounts: Mapping[str, float], children: Mapping[str, Sequence[str]], decimals: int = 0
) -> dict[str, float]:
    """Round a tree of lines: the total first, then each line's parts so that they add to the line as printed.

    The total is the true total rounded; every other line is its true amount rounded up or down, so that the lines below
    it add to it.

    Parameters
    ----------
    amounts
        Every line with its true amount in the printed unit, ``total`` at the top.
    children
        Lines right below a line; a line that has no amount here is left out.
    """
    printed = {"total": round(amounts["total"], decimals) + 0.0}
    waiting = ["total"]
    while waiting:
        line = waiting.pop()
        below = {name: amounts[name] for name in children.get(line, ()) if name in amounts}
        printed |= add_up(below, printed[line], decimals)
        waiting += below
    return {name: printed[name] for name in amounts}
