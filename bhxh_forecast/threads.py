"""Independent pieces of work on a few threads; numpy frees the interpreter while it works on arrays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
MOST = 2  # more threads than this wait for memory, not for processors


def in_threads(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Do the same for each item and return the results in the items' order.

    Which thread does what cannot change a result: no item sees another's.

    Examples
    --------
    >>> in_threads(abs, [-2, 3])
    [2, 3]
    """
    with ThreadPoolExecutor(min(MOST, os.cpu_count() or 1)) as pool:
        return list(pool.map(work, items))
