"""What an explanation of one figure holds: result, lines that add up to it, law, data and assumptions."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

CORRELATION, FLOOR = "correlation", "floor"  # the two lines that no factor stands behind


@dataclass(frozen=True)
class Factor:
    """One number of a line's calculation: a mean over draws, and over months where it changes within the period.

    Attributes
    ----------
    name, unit
        What it is.
    value
        Its mean.
    divides
        Whether the line divides by it instead of multiplying.
    """

    name: str
    unit: str
    value: float
    divides: bool = False


@dataclass(frozen=True)
class Line:
    """One line: its factors multiplied give the amount; a line without factors is a mean over draws.

    Attributes
    ----------
    key, group
        What is counted, and the support group ("all" if there is none).
    first, last
        First and last month (YYYY-MM).
    factors
        In the order of the calculation.
    amount
        In the unit of the result.
    """

    key: str
    group: str
    first: str
    last: str
    factors: tuple[Factor, ...]
    amount: float


@dataclass(frozen=True)
class Result:
    """The figure, equal to the run's table for the same draws.

    Attributes
    ----------
    value, unit
        Mean over draws.
    quantiles
        By column of the table (``p10`` ...).
    price_basis, recognition
        Of money; empty for a coverage figure.
    constant_2025
        The same money at prices of 2025, None for a coverage figure.
    date, base
        Day and base of a coverage figure; empty for money.
    """

    value: float
    unit: str
    quantiles: Mapping[str, float]
    price_basis: str = ""
    recognition: str = ""
    constant_2025: float | None = None
    date: str = ""
    base: str = ""


@dataclass(frozen=True)
class LawUsed:
    """One dated row of the law that is in force in the year."""

    provision: str
    name: Mapping[str, str]
    value: float | int | bool | str
    unit: str
    from_: dt.date
    to: dt.date | None
    reference: str
    act: str
    enacted: dt.date
    status: str
    checked: bool
    url: str
    file: str
    line: int


@dataclass(frozen=True)
class DataUsed:
    """One published figure: the last ones of each series up to the end of the year."""

    id: str
    series: str
    value: float
    unit: str
    date: dt.date
    published: dt.date | None
    qualifier: str
    fitted: bool
    source: str
    publisher: str
    url: str


@dataclass(frozen=True)
class AssumptionUsed:
    """One assumption.

    Attributes
    ----------
    role
        ``formula``: stands in the calculation; ``people``: stands behind the numbers of people in it.
    text
        Distribution, or value and range.
    sampled
        Whether it is random.
    mean
        Its mean in this run, None when it is not a quantity of the draws.
    """

    id: str
    name: Mapping[str, str]
    role: str
    block: str
    text: str
    unit: str
    status: str
    source: str
    sampled: bool
    mean: float | None


@dataclass(frozen=True)
class LeverUsed:
    """What the scenario sets, at the end of the year, beside the baseline."""

    lever: str
    name: Mapping[str, str]
    unit: str
    baseline: float
    value: float


@dataclass(frozen=True)
class Explanation:
    """One figure explained.

    Attributes
    ----------
    title
        The words of the command that gives it.
    kind, name, year, scenario, world, geo, as_of, draws, seed
        What was asked and what it was computed from.
    result
        The figure.
    lines
        They add up to the result. ``correlation`` is what the product of means leaves of the mean of products (over
        draws, and months within a period); ``floor`` what a programme that is never below nothing adds.
    law, levers, data, assumptions
        What the figure rests on.
    """

    title: str
    kind: str
    name: str
    year: int
    scenario: str
    world: str
    geo: str
    as_of: dt.date
    draws: int
    seed: int
    result: Result
    lines: tuple[Line, ...]
    law: tuple[LawUsed, ...]
    levers: tuple[LeverUsed, ...]
    data: tuple[DataUsed, ...]
    assumptions: tuple[AssumptionUsed, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: dates as text, ``from_`` as ``from``, what is no number as null."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key).rstrip("_"): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # no cap, for one, is not a number
    return value.isoformat() if isinstance(value, dt.date) else value
