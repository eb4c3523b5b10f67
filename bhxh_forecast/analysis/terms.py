"""Terms of a sum draw by draw, and the lines of means that they become."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bhxh_forecast.analysis.explanation import CORRELATION, FLOOR, Factor, Line
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.quantiles import block_mean
from bhxh_forecast.timeline import Months

TIMES = {"months": 1.0, "quarters": 3.0, "years": 12.0}  # months in a unit of time
ALL_GROUPS = "all"


@dataclass(frozen=True)
class Quantity:
    """A factor before draws are averaged.

    Attributes
    ----------
    over, under
        Per draw (n,) or one number; the mean is that of ``over`` divided by that of ``under``, so that a share such
        as months paid is weighted by what it is a share of.
    divides
        As in ``Factor``.
    """

    name: str
    unit: str
    over: Array | float
    under: Array | float = 1.0
    divides: bool = False

    def factor(self) -> Factor:
        """The mean over draws."""
        under = _mean(self.under)
        return Factor(self.name, self.unit, _mean(self.over) / under if under else 0.0, self.divides)


@dataclass(frozen=True)
class Term:
    """One part of a sum: factors and the amount in each draw, (n,)."""

    key: str
    first: str
    last: str
    quantities: tuple[Quantity, ...]
    amount: Array
    group: str = ALL_GROUPS

    def line(self) -> Line:
        """The line of means: the product of the factors, or the mean where there are none."""
        factors = tuple(q.factor() for q in self.quantities)
        product = math.prod(1.0 / f.value if f.divides else f.value for f in factors)
        amount = product if factors else _mean(self.amount)
        return Line(self.key, self.group, self.first, self.last, factors, amount)


@dataclass(frozen=True)
class Piece:
    """A product of monthly factors, before it is split into periods in which the law says the same.

    Attributes
    ----------
    factors
        Name, unit and values: (months, n), per draw (n,), or (months, 1) for what is equal in all draws.
    time
        Unit of time of the last factor: a yearly rate counts years.
    cuts
        Further values by month, (months, 1), whose change begins a new period.
    """

    key: str
    factors: Sequence[tuple[str, str, Array]]
    time: str = "months"
    cuts: Array | None = None

    def terms(self, months: Months) -> list[Term]:
        """One term per period with the same law; ``months`` names the months of the window."""
        given = [values for _, _, values in self.factors]
        size = len(months)
        fixed = [v for v in (*given, self.cuts) if v is not None and v.ndim == 2 and v.shape[1] == 1]
        changes = np.zeros(size, dtype=bool)
        for values in fixed:
            changes[1:] |= values[1:, 0] != values[:-1, 0]
        edges = [0, *(int(c) for c in np.flatnonzero(changes)), size]
        return [self._term(slice(a, b), months) for a, b in itertools.pairwise(edges)]

    def _term(self, part: slice, months: Months) -> Term:
        values = [v[part] if v.ndim == 2 else v[None, :] for _, _, v in self.factors]
        length = part.stop - part.start
        product = math.prod(values[1:], start=values[0])
        draws = max(v.shape[1] for v in values)
        monthly = np.broadcast_to(product, (length, draws))
        amount = monthly.sum(axis=0) / TIMES[self.time]
        known = [
            Quantity(name, unit, float(v[0, 0]) if v.shape[1] == 1 else v.mean(axis=0))
            for (name, unit, _), v in zip(self.factors, values, strict=True)
        ]
        known.insert(1, Quantity(self.time, self.time, length / TIMES[self.time]))
        return Term(self.key, str(months[part.start]), str(months[part.stop - 1]), tuple(known), amount)


def _mean(values: Array | float) -> float:
    return float(block_mean(values)) if isinstance(values, np.ndarray) else float(values)


def join(blocks: Sequence[Sequence[Term]], sizes: Sequence[int]) -> list[Term]:
    """Terms of all blocks of draws, one after the other; a term that a block lacks is nothing there."""
    names: dict[tuple[str, ...], Term] = {}
    for term in (t for block in blocks for t in block):
        known = names.setdefault(_name(term), term)
        names[_name(term)] = replace(
            known, first=min(known.first, term.first), last=max(known.last, term.last)
        )
    found = [{_name(term): term for term in block} for block in blocks]
    joined = []
    for name, model in names.items():
        parts = [block.get(name) for block in found]
        amount = np.concatenate(
            [p.amount if p is not None else np.zeros(n) for p, n in zip(parts, sizes, strict=True)]
        )
        quantities = tuple(
            replace(
                q,
                over=_along([p.quantities[k].over if p is not None else 0.0 for p in parts], q.over, sizes),
                under=_along(
                    [p.quantities[k].under if p is not None else 0.0 for p in parts], q.under, sizes
                ),
            )
            for k, q in enumerate(model.quantities)
        )
        joined.append(replace(model, amount=amount, quantities=quantities))
    return joined


def _name(term: Term) -> tuple[str, ...]:
    """Prepaid months are recognised in months of their own in each draw: their dates are no name."""
    return (term.key, term.group) if term.key == "prepaid" else (term.key, term.group, term.first)


def _along(parts: Sequence[Array | float], model: Array | float, sizes: Sequence[int]) -> Array | float:
    """One number that all blocks share, or the draws of all blocks."""
    if not isinstance(model, np.ndarray):
        return model
    return np.concatenate([np.broadcast_to(p, (n,)) for p, n in zip(parts, sizes, strict=True)])


def add_up(terms: Sequence[Term], result: float, least: float) -> tuple[Line, ...]:
    """Lines that add up to the result.

    Parameters
    ----------
    terms
        Of all draws; those that are nothing in every draw are left out.
    result
        Mean of the figure.
    least
        Differences below this are rounding and get no line.
    """
    present = [term for term in terms if np.any(term.amount)]
    lines = [term.line() for term in present]
    exact = math.fsum(_mean(term.amount) for term in present)
    rests = {
        CORRELATION: exact - math.fsum(line.amount for line in lines),
        FLOOR: result - exact,
    }
    first = min((line.first for line in lines), default="")
    last = max((line.last for line in lines), default="")
    for key, rest in rests.items():
        if abs(rest) > least:
            lines.append(Line(key, ALL_GROUPS, first, last, (), rest))
    return tuple(lines)
