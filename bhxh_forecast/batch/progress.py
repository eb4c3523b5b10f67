"""A progress bar with the time left, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class Progress:
    """Shows how far a run is; says nothing when quiet or when nobody watches.

    Parameters
    ----------
    total
        Number of jobs.
    quiet
        Whether to stay silent even on a terminal.
    """

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._bar: Any = None
        if not quiet and sys.stderr.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task("", total=total)

    def say(self, text: str) -> None:
        """Name what is being done."""
        if self._bar is not None:
            self._bar.update(self._task, description=text)

    def advance(self, text: str, steps: int = 1) -> None:
        """Count finished jobs."""
        if self._bar is not None:
            self._bar.update(self._task, description=text, advance=steps)

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    return Bar(
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
    )
