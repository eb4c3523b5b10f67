"""Processes that answer: forked from one that has everything loaded, so that what they share is in memory once."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bhxh_forecast.explorer.answer import answer, refined
from bhxh_forecast.explorer.engine import FAST, FINE, Engine
from bhxh_forecast.inputs import load_inputs

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

NICE = 10  # refining steps back behind moves


@dataclass(frozen=True)
class Setup:
    """What an engine is made from."""

    data: Path | None = None
    as_of: date | None = None
    until: int = 2030
    draws: int = FAST
    fine: int = FINE

    def engine(self, draws: int) -> Engine:
        """An engine with this many draws."""
        return Engine(load_inputs(self.data, as_of=self.as_of), draws=draws, until=self.until)


class Busy(Exception):  # noqa: N818 - it is an answer, not a fault
    """Every worker has its hands full and enough others wait."""


class Worker:
    """One process behind a pipe; a call waits in a thread so that the loop goes on.

    Parameters
    ----------
    context
        How processes are started.
    engine
        The engine it answers with; when processes are forked it is shared, else it is made anew from ``setup``.
    """

    def __init__(
        self, context: BaseContext, setup: Setup, draws: int, engine: Engine | None, nice: int = 0
    ) -> None:
        self.arguments = (setup, draws, engine if context.get_start_method() == "fork" else None, nice)
        self.context = context
        self.begin()

    def begin(self) -> None:
        """Start the process."""
        self.pipe, theirs = self.context.Pipe()
        self.process = self.context.Process(target=_serve, args=(theirs, *self.arguments), daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        theirs.close()

    def call(self, kind: str, question: dict[str, Any]) -> Any:
        """Ask and wait; a process that has died is started anew and asked once more."""
        for attempt in (1, 2):
            try:
                self.pipe.send((kind, question))
                return self.pipe.recv()
            except (EOFError, OSError):
                if attempt == 2:
                    raise
                self.begin()
        return None

    def end(self) -> None:
        """Stop the process."""
        self.process.terminate()
        self.process.join(timeout=5)


def _serve(pipe: Connection, setup: Setup, draws: int, engine: Engine | None, nice: int) -> None:
    """Answer questions until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if nice:
        os.nice(nice)
    engine = engine or setup.engine(draws)
    while True:
        try:
            kind, question = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(answer(engine, question) if kind == "answer" else refined(engine, question))


class Team:
    """Workers that take turns.

    Parameters
    ----------
    size
        How many processes.
    most_waiting
        How many questions may wait before others are told that it is busy.
    """

    def __init__(self, workers: list[Worker], most_waiting: int) -> None:
        self.workers, self.most_waiting, self.waiting = workers, most_waiting, 0
        self.free: asyncio.Queue[Worker] = asyncio.Queue()
        self.threads = ThreadPoolExecutor(len(workers))
        for worker in workers:
            self.free.put_nowait(worker)

    async def ask(self, kind: str, question: dict[str, Any]) -> Any:
        """Answer of the next free worker.

        Raises
        ------
        Busy
            When too many wait already.
        """
        if self.waiting >= self.most_waiting:
            raise Busy
        self.waiting += 1
        try:
            worker = await self.free.get()
        finally:
            self.waiting -= 1
        # Shielded: a visitor who leaves must not free a worker whose answer is still on its way.
        return await asyncio.shield(asyncio.ensure_future(self._work(worker, kind, question)))

    async def _work(self, worker: Worker, kind: str, question: dict[str, Any]) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, worker.call, kind, question)
        finally:
            self.free.put_nowait(worker)

    def end(self) -> None:
        """Stop the processes."""
        for worker in self.workers:
            worker.end()
        self.threads.shutdown(wait=False, cancel_futures=True)


def start_method() -> BaseContext:
    """Fork where there is fork: the loaded data are shared; elsewhere each process loads its own."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else methods[0])
