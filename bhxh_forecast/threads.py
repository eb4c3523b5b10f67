"""Independent pieces of work on a few threads; numpy frees the interpreter while it works on arrays."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Item = TypeVar("Item")
Result = TypeVar("Result")
_alone: ContextVar[bool] = ContextVar("alone", default=False)
MOST = 2  # more threads than this wait for memory, not for processors


@cache
def keep_freed_memory(*, one_heap: bool = False) -> None:
    """Let the C library reuse large freed arrays instead of asking the system for new pages each time.

    A first run spends a third of its time on pages of arrays that live for milliseconds. Only where the C library is
    GNU's; elsewhere nothing happens. At most 1 GiB that is free stays with the process.

    Parameters
    ----------
    one_heap
        Threads share one heap. It stays smallest where nothing outlives a block of draws; where results do, they lie
        between the freed arrays, and it grows to twice the size of heaps of the threads' own.
    """
    if not sys.platform.startswith("linux"):
        return
    settings = {-3: 1 << 25, -1: 1 << 30} | ({-8: 1, -2: 1 << 27} if one_heap else {})
    try:  # largest block in a heap, what may stay free; number of heaps, step of growth
        library = ctypes.CDLL("libc.so.6")
        for option, value in settings.items():
            library.mallopt(ctypes.c_int(option), ctypes.c_int(value))
    except (OSError, AttributeError):
        return


@cache
def linear_algebra() -> ThreadpoolController:
    """The libraries behind numpy's products and what they allow to be set."""
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let `in_threads` do one item after the other, in the calling thread."""
    token = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(token)


def in_threads(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Do the same for each item and return the results in the items' order.

    Which thread does what cannot change a result: no item sees another's. Meanwhile linear algebra keeps to the thread
    that calls it: its own threads would wait for these.

    Examples
    --------
    >>> in_threads(abs, [-2, 3])
    [2, 3]
    """
    if _alone.get():
        return [work(item) for item in items]
    threads = ThreadPoolExecutor(min(MOST, os.cpu_count() or 1))
    with linear_algebra().limit(limits=1, user_api="blas"), threads as pool:
        return list(pool.map(work, items))
