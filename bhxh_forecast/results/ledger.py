"""Summaries of draws that come block by block: the tables' own code, read once per block and once at the end.

A table is built by the same functions whether all draws are in memory or not. They call a few summaries (mean,
quantile, odds and so on). While a ledger is open these do not answer but note, call by call, what has to be added up
over blocks; at the end the tables are built once more on the first block, and each call answers for all draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.threads import one_thread

SINGLE = "single"  # call on values that do not vary by draw


@dataclass(frozen=True)
class Call:
    """One call of a summary, as the first block made it.

    Attributes
    ----------
    kind
        Name of the summary and shape of what it was given, without the draws.
    fixed
        What the first block fixes for all: edges of bins, halves of the draws.
    """

    kind: str
    fixed: Any = None


@dataclass
class Tally:
    """What blocks add up to, in the order of the calls.

    Attributes
    ----------
    draws
        Number of draws.
    counts
        Whole numbers: their order of addition does not matter.
    sums
        Per block, in block order, the sums of each call: added one after the other at the end.
    """

    draws: int = 0
    counts: list[NDArray[Any]] = field(default_factory=list)
    sums: list[list[Array]] = field(default_factory=list)

    def add(self, later: Tally) -> None:
        """Add the tally of later blocks."""
        self.draws += later.draws
        if not self.counts:
            self.counts = later.counts
        else:
            for mine, other in zip(self.counts, later.counts, strict=True):
                mine += other
        self.sums += later.sums

    def copy(self) -> Tally:
        """A tally that can be added to without changing this one."""
        return Tally(
            self.draws, [array.copy() for array in self.counts], [list(block) for block in self.sums]
        )

    def fold(self) -> Tally:
        """Add up the sums of blocks in their order; nothing may be added before these blocks afterwards."""
        if len(self.sums) > 1:
            first = [block.copy() for block in self.sums[0]]
            for later in self.sums[1:]:
                for mine, other in zip(first, later, strict=True):
                    mine += other
            self.sums = [first]
        return self


class OutOfStepError(RuntimeError):
    """A table's code took another way in one block than in the first: a fault of the program."""


class Ledger:
    """Answers the summaries of one block.

    Parameters
    ----------
    calls
        The calls of the first block; empty when this is the first.
    tally
        Counts and sums of all blocks: then the calls are answered.
    """

    def __init__(self, calls: Sequence[Call] = (), tally: Tally | None = None) -> None:
        self.calls = list(calls)
        self._first = not calls
        self._total = tally
        self.tally = Tally(0, [], [[]])
        self._position = self._counted = self._summed = 0
        self._shared: dict[int, tuple[Any, Array]] = {}

    @property
    def answers(self) -> bool:
        """Whether it answers for all draws."""
        return self._total is not None

    def call(self, kind: str, fix: Callable[[], Any] = lambda: None) -> Any:
        """Enter a call and return what the first block fixed for it."""
        if self._first:
            self.calls.append(Call(kind, fix()))
        elif self._position >= len(self.calls) or self.calls[self._position].kind != kind:
            raise OutOfStepError(f"summary {self._position} is {kind} in this block and another in the first")
        self._position += 1
        return self.calls[self._position - 1].fixed

    def counted(self, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Count, or give the counts of all draws."""
        self._counted += 1
        if self._total is not None:
            return self._total.counts[self._counted - 1]
        made = make()
        self.tally.counts.append(made)
        return made

    def summed(self, make: Callable[[], Array]) -> Array:
        """Sum, or give the sums of all draws."""
        self._summed += 1
        if self._total is not None:
            return self._total.sums[0][self._summed - 1]
        made = make()
        self.tally.sums[0].append(made)
        return made

    def shared(self, item: Any, make: Callable[[], Array]) -> Array:
        """Sum of an array that several calls look at: added up once."""
        if id(item) not in self._shared:
            self._shared[id(item)] = item, self.summed(make)  # held, so that no other array gets its number
        return self._shared[id(item)][1]

    def of_draws(self, values: Array) -> bool:
        """Whether values vary by draw; a single column that was computed from summaries does not."""
        if self._first:
            single = values.shape[-1] == 1
        else:
            single = self._position < len(self.calls) and self.calls[self._position].kind == SINGLE
        if single:
            self.call(SINGLE)
        return not single

    @property
    def total(self) -> int:
        """Number of all draws (1 while they are still being counted)."""
        return self._total.draws if self._total is not None else 1

    def finish(self, draws: int) -> None:
        """Close the block: every call of the first must have been made."""
        if self._position != len(self.calls):
            raise OutOfStepError(f"{self._position} summaries in this block, {len(self.calls)} in the first")
        self.tally.draws = draws


_current: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


def current() -> Ledger | None:
    """Return the open ledger; None when all draws are in memory."""
    return _current.get()


@contextmanager
def opened(ledger: Ledger) -> Iterator[None]:
    """Let the summaries of this thread go to a ledger."""
    token = _current.set(ledger)
    try:
        with one_thread():
            yield
    finally:
        _current.reset(token)
