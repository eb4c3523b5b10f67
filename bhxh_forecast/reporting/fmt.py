"""Numbers, money, shares and dates as people print them: one module for both languages.

Vietnamese follows the rules of public documents: 1.234,5; "tỷ đồng"; "ngày 05 tháng 02 năm 2026" (two digits for
days under 10 and for months 1 and 2); "tháng 01/2027"; a difference of shares is "điểm phần trăm"; missing is "…",
nil is "-".  Babel formats the numbers; its long Vietnamese dates are not those of public documents, so dates have
their own rule here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from babel.numbers import format_decimal

MISSING = "…"
NIL = "-"
LANGUAGES = ("vi", "en")
LIMITS = (20, 50, 80)  # per cent, where the agreed words change

# VND per unit, and how the unit is called; the order is from the largest down.
MONEY_UNITS: dict[str, tuple[float, dict[str, str]]] = {
    "thousand_billion": (1e12, {"vi": "nghìn tỷ đồng", "en": "trillion VND"}),
    "billion": (1e9, {"vi": "tỷ đồng", "en": "billion VND"}),
    "million": (1e6, {"vi": "triệu đồng", "en": "million VND"}),
    "dong": (1.0, {"vi": "đồng", "en": "VND"}),
}
_COUNT_WORDS = {"vi": ("triệu", "người"), "en": ("million", "people")}
_POINTS = {"vi": "điểm phần trăm", "en": "percentage points"}
_BEYOND = {"vi": ("dưới", "trên"), "en": ("under", "over")}
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def is_missing(value: Any) -> bool:
    """True for None, NaN, NaT and infinities: things that must never be printed as a number."""
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    try:
        return not math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def rounded_parts(values: Sequence[float], decimals: int = 0) -> tuple[list[float], float]:
    """Round parts so that what is printed adds up to the rounded total.

    The parts are rounded one by one and the difference goes into the largest of them (in absolute value).

    Parameters
    ----------
    values
        Parts in the printed unit; missing parts stay missing and count as nothing.
    decimals
        Decimals printed.

    Returns
    -------
    tuple
        The rounded parts, in order, and their total.

    Examples
    --------
    >>> rounded_parts([1.4, 1.4, 1.4])
    ([2.0, 1.0, 1.0], 4.0)
    """
    raw = [math.nan if is_missing(v) else float(v) for v in values]
    known = [i for i, v in enumerate(raw) if not math.isnan(v)]
    if not known:
        return raw, math.nan
    parts = [round(v, decimals) if not math.isnan(v) else v for v in raw]
    total = round(math.fsum(raw[i] for i in known), decimals)
    largest = max(known, key=lambda i: abs(raw[i]))
    rest = math.fsum(parts[i] for i in known if i != largest)
    parts[largest] = round(total - rest, decimals)
    return parts, total


@dataclass(frozen=True)
class Fmt:
    """Formats values in one language (``vi`` or ``en``).

    Examples
    --------
    >>> f = Fmt("vi")
    >>> f.number(1234.5, 1), f.share(0.035), f.money(1.2345e12, "billion"), f.date(date(2026, 2, 5))
    ('1.234,5', '3,5%', '1.234,5 tỷ đồng', 'ngày 05 tháng 02 năm 2026')
    """

    lang: str

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, found {self.lang!r}")

    # -- numbers ------------------------------------------------------------------------------------------------
    def number(self, value: Any, decimals: int = 0, *, sign: bool = False) -> str:
        """Plain number with the language's separators; ``sign`` adds + to positive numbers."""
        if is_missing(value):
            return MISSING
        rounded = round(float(value), decimals) + 0.0  # + 0.0 turns -0.0 into 0.0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = str(format_decimal(rounded, format=pattern, locale=self.lang))
        return "+" + text if sign and rounded > 0 else text

    def cell(self, value: Any, decimals: int = 0) -> str:
        """Number of a table cell: like `number`, but an exact zero is printed as nil (``-``)."""
        return NIL if not is_missing(value) and float(value) == 0.0 else self.number(value, decimals)

    def millions(self, value: Any, decimals: int = 2) -> str:
        """Head-count in millions with its words: 2,31 triệu người."""
        million, people = _COUNT_WORDS[self.lang]
        return (
            MISSING
            if is_missing(value)
            else f"{self.number(float(value) / 1e6, decimals)} {million} {people}"
        )

    def persons(self, value: Any) -> str:
        """Head-count in full with its word: 112.293 người."""
        return MISSING if is_missing(value) else f"{self.number(value)} {_COUNT_WORDS[self.lang][1]}"

    def share(self, value: Any, decimals: int = 1) -> str:
        """Share (0-1) as a percentage: 3,5%."""
        return MISSING if is_missing(value) else f"{self.number(float(value) * 100, decimals)}%"

    def points(self, value: Any, decimals: int = 1) -> str:
        """Difference of two shares (0-1): +1,2 điểm phần trăm."""
        if is_missing(value):
            return MISSING
        return f"{self.number(float(value) * 100, decimals, sign=True)} {_POINTS[self.lang]}"

    def probability(self, value: Any) -> str:
        """Probability in whole per cent; a simulation never proves 0 or 1, so the ends read under 1%, over 99%.

        A probability just under a limit of the agreed words keeps a decimal, so that figure and words agree.
        """
        if is_missing(value):
            return MISSING
        odds, (low, high) = float(value), _BEYOND[self.lang]
        whole = round(odds * 100)
        if whole < 1:
            return f"{low} 1%"
        if whole > 99:
            return f"{high} 99%"
        if any(odds * 100 < limit <= whole for limit in LIMITS):
            return self.share(math.floor(odds * 1000) / 1000, 1)
        return self.share(odds, 0)

    def share_range(self, low: Any, high: Any, decimals: int = 1) -> str:
        """Range of two shares: 58,0%–66,2%."""
        return f"{self.share(low, decimals)}–{self.share(high, decimals)}"

    # -- money --------------------------------------------------------------------------------------------------
    def money_unit(self, unit: str) -> str:
        """Name of a money unit: tỷ đồng, billion VND."""
        return MONEY_UNITS[unit][1][self.lang]

    def money(self, vnd: Any, unit: str | None = None, decimals: int | None = None) -> str:
        """Amount in VND with its unit; without ``unit`` the one that reads best (nghìn tỷ from 10,000 billion)."""
        if is_missing(vnd):
            return MISSING
        unit = unit or _natural_unit(abs(float(vnd)))
        if decimals is None:
            decimals = 0 if unit == "dong" else 1
        return f"{self.number(float(vnd) / MONEY_UNITS[unit][0], decimals)} {self.money_unit(unit)}"

    # -- dates --------------------------------------------------------------------------------------------------
    def date(self, value: Any) -> str:
        """Date in letters: ngày 05 tháng 02 năm 2026; 5 February 2026."""
        day = as_date(value)
        if day is None:
            return MISSING
        if self.lang == "en":
            return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
        month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
        return f"ngày {day.day:02d} tháng {month} năm {day.year}"

    def short_date(self, value: Any) -> str:
        """Date in figures: 31/12/2030 (day first in both languages)."""
        day = as_date(value)
        return MISSING if day is None else f"{day.day:02d}/{day.month:02d}/{day.year}"

    def month(self, value: Any) -> str:
        """Month: tháng 01/2027; January 2027."""
        day = as_date(value)
        if day is None:
            return MISSING
        if self.lang == "en":
            return f"{_MONTHS_EN[day.month - 1]} {day.year}"
        return f"tháng {day.month:02d}/{day.year}"

    def technical(self, text: str) -> str:
        """Numbers inside a technical text such as ``normal(0.1, 0.05)``, with the language's decimal sign."""
        if self.lang == "en":
            return text
        return re.sub(r"(?<=\d)\.(?=\d)", ",", re.sub(r",(?= )", ";", text))

    def years(self, first: int, last: int) -> str:
        """Span of years: 2027-2030, or one year."""
        return str(first) if first == last else f"{first}–{last}"


def _natural_unit(vnd: float) -> str:
    if vnd >= 1e13:
        return "thousand_billion"
    if vnd >= 1e9:
        return "billion"
    return "million" if vnd >= 1e6 else "dong"


def as_date(value: Any) -> date | None:
    """Read a date from a date, Timestamp, datetime64 or ISO text (YYYY-MM reads as the first day)."""
    if value is None or value is pd.NaT or (isinstance(value, str) and not value.strip()):
        return None
    if pd.isna(value):
        return None
    stamp = pd.Timestamp(np.datetime64(value) if isinstance(value, np.datetime64) else value)
    return stamp.date()
