"""The process that imports what notebooks need once, and forks itself for each job.

Started by `workers.Workers` as ``python -m bhxh_forecast.batch.zygote LIMIT MODULE...``. It reads one JSON object
per line on standard input, ``{"id", "call": "module:function", "kwargs": {...}}``, and answers on standard output
``{"id", "ok", "reason", "seconds"}``. It has a single thread, so forking is safe; when its parent goes away, however
that ends, its input closes and it takes the running jobs with it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

CHUNK = 1 << 16
REASON_LIMIT = 4000


@dataclass
class _Child:
    """A running job: its process, when it began, and what it has answered so far."""

    job: dict[str, Any]
    pid: int
    started: float
    answer: bytes = b""


class Zygote:
    """Forks a process per job, at most ``limit`` at a time.

    Parameters
    ----------
    limit
        Number of jobs that may run at once.
    channel
        File descriptor for the answers.
    """

    def __init__(self, limit: int, channel: int) -> None:
        self._limit = limit
        self._channel = channel
        self._waiting: deque[dict[str, Any]] = deque()
        self._running: dict[int, _Child] = {}
        self._input = b""

    def serve(self) -> None:
        """Work until the input closes."""
        while self.step():
            pass
        self._stop()

    def step(self) -> bool:
        """Wait for the next thing to happen and see to it; False when the input has closed."""
        ready, _, _ = select.select([0, *self._running], [], [])
        for pipe in ready:
            if pipe != 0:
                self._listen(pipe)
            elif not self._read():
                return False
        while self._waiting and len(self._running) < self._limit:
            self._fork(self._waiting.popleft())
        return True

    def _read(self) -> bool:
        data = os.read(0, CHUNK)
        *lines, self._input = (self._input + data).split(b"\n")
        self._waiting.extend(json.loads(line) for line in lines if line)
        return bool(data)

    def _fork(self, job: dict[str, Any]) -> None:
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work(job, write_end)
        os.close(write_end)
        self._running[read_end] = _Child(job, pid, time.monotonic())

    def _listen(self, pipe: int) -> None:
        child = self._running[pipe]
        data = os.read(pipe, CHUNK)
        if data:
            child.answer += data
            return
        os.close(pipe)
        del self._running[pipe]
        _, status = os.waitpid(child.pid, 0)
        answer = (
            json.loads(child.answer)
            if child.answer.endswith(b"}")
            else {"ok": False, "reason": _death(status)}
        )
        answer |= {"id": child.job["id"], "seconds": time.monotonic() - child.started}
        os.write(self._channel, json.dumps(answer).encode() + b"\n")

    def _stop(self) -> None:
        for child in self._running.values():
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)


def _work(job: dict[str, Any], pipe: int) -> None:
    """Do one job in a fresh process and leave it; never returns."""
    try:
        module, _, name = job["call"].partition(":")
        getattr(importlib.import_module(module), name)(**job["kwargs"])
        answer: dict[str, Any] = {"ok": True, "reason": ""}
    except BaseException as error:  # noqa: BLE001  # whatever a notebook does, the answer must say it
        traceback.print_exc()
        answer = {"ok": False, "reason": _reason(error)}
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(pipe, json.dumps(answer).encode())
    os._exit(0)


def _reason(error: BaseException) -> str:
    """One line that names the error; papermill keeps the cell's own error in ``ename`` and ``evalue``."""
    name, text = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    return f"{name}: {text}".strip()[:REASON_LIMIT]


def _death(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"the process was killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"the process ended by itself with code {os.waitstatus_to_exitcode(status)}"


@contextmanager
def light_jsonschema() -> Iterator[None]:
    """Keep jsonschema from building its grammar of internationalised addresses: 0.9 s that no notebook uses."""
    name = "rfc3987_syntax"
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to say "not installed"
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]


def preload(modules: Sequence[str]) -> None:
    """Import modules once for all jobs, and call ``module:function`` where given.

    One that fails will fail again, visibly, in the job that needs it.
    """
    with light_jsonschema():
        for entry in modules:
            name, _, function = entry.partition(":")
            with suppress(Exception):
                module = importlib.import_module(name)
                if function:
                    getattr(module, function)()
    gc.collect()
    gc.freeze()  # what is loaded stays shared between the forks


def main(arguments: Sequence[str]) -> None:
    """Serve on standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    channel = os.dup(1)
    os.dup2(2, 1)  # what a job prints must not get between the answers
    preload(arguments[1:])
    Zygote(int(arguments[0]), channel).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
