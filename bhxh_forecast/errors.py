"""Errors that a user can mend, with the place, what was found and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one input.

    Attributes
    ----------
    file, line, column
        Where it stands; line and column count from 1, 0 means "the whole file" or "no file".
    field
        Dotted name of the field, for example ``levers.subsidy.city_share.other[0].value``.
    found, allowed
        What stood there and what may stand there, in words.
    nearest
        The nearest valid name, empty when there is none.
    """

    file: str
    line: int
    column: int
    field: str
    found: str
    allowed: str
    nearest: str = ""

    def __str__(self) -> str:
        text = (
            f"{self.file}:{self.line}:{self.column}: {self.field}: found {self.found}; allowed {self.allowed}"
        )
        return f"{text}; did you mean {self.nearest}?" if self.nearest else text


class InputError(ValueError):
    """Bad input: every problem at once, one per line (exit code 2 on the command line).

    Examples
    --------
    >>> print(InputError.of("a.yaml", "world", "'downtrn'", ["downturn", "reference"], line=3, column=8))
    a.yaml:3:8: world: found 'downtrn'; allowed downturn, reference; did you mean downturn?
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    @classmethod
    def of(
        cls,
        file: str,
        field: str,
        found: str,
        allowed: str | Iterable[str],
        *,
        line: int = 0,
        column: int = 0,
    ) -> InputError:
        """Build the error for a single problem; a list of allowed names also gives the nearest one."""
        names = [] if isinstance(allowed, str) else sorted(allowed)
        text = allowed if isinstance(allowed, str) else ", ".join(names)
        return cls([Problem(file, line, column, field, found, text, nearest_name(found.strip("'\""), names))])


class StalePosteriorError(ValueError):
    """The stored posterior does not belong to the data, priors or code of a run (exit code 3)."""


def nearest_name(found: str, names: Iterable[str]) -> str:
    """Return the valid name closest to a misspelled one, or an empty string.

    Examples
    --------
    >>> nearest_name("citty_share", ["city_share", "cap_months"])
    'city_share'
    """
    match = difflib.get_close_matches(found, list(names), n=1, cutoff=0.6)
    return match[0] if match else ""
