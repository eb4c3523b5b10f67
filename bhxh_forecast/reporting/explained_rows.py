"""Order of the columns and names of the months in a printed calculation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bhxh_forecast.analysis.explanation import Line


def factor_order(lines: Sequence[Line]) -> list[str]:
    """Names of all factors, in an order that keeps that of each line.

    Examples
    --------
    >>> from bhxh_forecast.analysis.explanation import Factor, Line
    >>> def line(names):
    ...     return Line("", "all", "", "", tuple(Factor(name, "", 1.0) for name in names), 1.0)
    >>> factor_order([line("pq"), line("prqs")])
    ['p', 'r', 'q', 's']
    """
    order: list[str] = []
    for line in lines:
        names = [factor.name for factor in line.factors]
        for at, name in enumerate(names):
            if name not in order:
                later = (order.index(other) for other in names[at:] if other in order)
                order.insert(min(later, default=len(order)), name)
    return order


def month_year(month: str) -> str:
    """A month (YYYY-MM) in figures.

    Examples
    --------
    >>> month_year("2027-01")
    '01/2027'
    """
    return f"{month[5:]}/{month[:4]}"
