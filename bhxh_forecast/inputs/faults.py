"""Collects everything wrong with hand-written files, each thing with its place, and reads typed values from nodes."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from bhxh_forecast.errors import InputError, Problem, nearest_name
from bhxh_forecast.inputs.yaml_positions import Node

Place = tuple[str, int, int]  # file, line, column
NOWHERE: Place = ("scenario", 0, 0)
_LANGUAGES = ("vi", "en")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Faults:
    """The list of problems of one reading; ``stop`` raises them all at once."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems: list[Problem] = list(problems)

    def add(
        self, node: Node, field: str, found: str, allowed: str | Sequence[str], nearest: str = ""
    ) -> None:
        """Note a problem with a value; a list of allowed words also gives the nearest one."""
        self.at((node.file, node.line, node.column), field, found, allowed, nearest)

    def at(
        self,
        place: Place,
        field: str,
        found: str,
        allowed: str | Sequence[str],
        nearest: str = "",
    ) -> None:
        """Note a problem at a place (file, line, column)."""
        if not isinstance(allowed, str):
            nearest = nearest or nearest_name(found.strip("'\""), allowed)
            allowed = list_of_names(allowed, nearest)
        self.problems.append(Problem(*place, field, found, allowed, nearest))

    def stop(self) -> None:
        """Raise ``InputError`` if anything was noted."""
        if self.problems:
            raise InputError(sorted(set(self.problems), key=lambda p: (p.file, p.line, p.column, p.field)))

    def mapping(
        self, node: Node | None, field: str, *, keys: Sequence[str] = (), required: Collection[str] = ()
    ) -> dict[str, Node]:
        """Read a mapping; unknown keys (if a list of keys is given) and missing ones are problems."""
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.add(node, field, node.shown(), "a mapping")
            return {}
        for key in node.value if keys else ():
            if key not in keys:
                self.at((node.file, *node.key_place(key)), join(field, key), f"'{key}'", keys)
        for key in required:
            if key not in node.value:
                self.add(node, join(field, key), "nothing", "this key with a value")
        return node.value

    def number(
        self, node: Node, field: str, low: float = -math.inf, high: float = math.inf, *, whole: bool = False
    ) -> float | None:
        """Read a finite number within bounds; ``yes``, ``012``, ``1,5`` and ``3:30`` are not numbers."""
        value = node.value
        allowed = number_range("a whole number" if whole else "a number", low, high)
        ok = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not ok:
            self.add(node, field, node.shown(), allowed, number_meant(node.text))
            return None
        if not low <= value <= high or (whole and value != int(value)):
            self.add(node, field, node.text, allowed)
            return None
        return value  # type: ignore[no-any-return]

    def text(self, node: Node, field: str, *, empty: bool = True) -> str:
        """Read text; a number or ``true`` without quotes is a problem, except where nothing is written."""
        if node.value is None and empty:
            return ""
        if not isinstance(node.value, str) or (not empty and not node.value.strip()):
            self.add(node, field, node.shown(), "text (in quotes)")
            return ""
        return node.value

    def truth(self, node: Node, field: str) -> bool:
        """Read ``true`` or ``false``."""
        if not isinstance(node.value, bool):
            self.add(node, field, node.shown(), "true or false", truth_meant(node.text))
            return False
        return node.value

    def day(self, node: Node, field: str) -> date | None:
        """Read a date, YYYY-MM-DD."""
        day = parse_day(node.value)
        if day is None:
            self.add(node, field, node.shown(), "a date, YYYY-MM-DD")
        return day

    def choice(self, node: Node, field: str, allowed: Sequence[str]) -> str:
        """Read one word of a closed list."""
        if node.value not in allowed:
            self.add(node, field, node.shown(), allowed)
            return ""
        return str(node.value)

    def both_languages(self, node: Node | None, field: str) -> dict[str, str]:
        """Read ``{vi: ..., en: ...}``, both filled."""
        entries = self.mapping(node, field, keys=_LANGUAGES, required=_LANGUAGES)
        return {
            language: self.text(entries[language], join(field, language), empty=False)
            for language in _LANGUAGES
            if language in entries
        }


def join(field: str, key: str) -> str:
    """Dotted name of a key below a field."""
    return f"{field}.{key}" if field else key


def list_of_names(names: Sequence[str], nearest: str = "") -> str:
    """Join allowed names; a long list is cut around the nearest, since nobody reads two hundred."""
    ordered = list(names)
    if len(ordered) <= 30:
        return ", ".join(ordered)
    kept = ([nearest] if nearest else []) + [name for name in ordered if name != nearest][:9]
    return f"{', '.join(kept)} and {len(ordered) - len(kept)} more"


def number_range(kind: str, low: float, high: float) -> str:
    """Say which numbers are allowed.

    Examples
    --------
    >>> number_range("a number", 0, 1), number_range("a number", 0, math.inf)
    ('a number from 0 to 1', 'a number from 0 up')
    """
    if math.isinf(low) and math.isinf(high):
        return kind
    if math.isinf(high):
        return f"{kind} from {low:.10g} up"
    if math.isinf(low):
        return f"{kind} up to {high:.10g}"
    return f"{kind} from {low:.10g} to {high:.10g}"


def number_meant(text: str) -> str:
    """Guess the number behind a usual slip of the pen, or return an empty string.

    Examples
    --------
    >>> [number_meant(t) for t in ("1,5", "012", "50%", "1.000.000", "1_000", "3:30", "no")]
    ['1.5', '12', '0.5', '1000000', '1000', '', '']
    """
    text = text.strip()
    if re.fullmatch(r"-?\d{1,3}(?:[.,_ ]\d{3}){2,}", text) or re.fullmatch(r"\d+(?:_\d+)+", text):
        return re.sub(r"[.,_ ]", "", text)
    if re.fullmatch(r"-?\d+,\d+", text):
        return text.replace(",", ".")
    if re.fullmatch(r"0\d+", text):
        return text.lstrip("0") or "0"
    if re.fullmatch(r"-?\d+(?:[.,]\d+)?\s*%", text):
        return f"{float(text.rstrip('% ').replace(',', '.')) / 100:.10g}"
    return ""


def truth_meant(text: str) -> str:
    """Return ``true`` or ``false`` for the words that other YAML versions take for them."""
    word = text.strip().lower()
    return {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}.get(
        word, ""
    )


def parse_day(value: Any) -> date | None:
    """Return the date written as YYYY-MM-DD, else ``None``."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
