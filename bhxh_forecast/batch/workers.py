"""Runs jobs in forked, pre-imported processes; where the system has no fork, one after the other in this process."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from bhxh_forecast.batch.keys import PACKAGE

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
INLINE = "module://matplotlib_inline.backend_inline"
RESTARTS = 1  # a zygote killed once is replaced; a second death is no accident


@dataclass(frozen=True)
class Result:
    """How a job ended."""

    id: str
    ok: bool
    reason: str
    seconds: float


class Workers:
    """Pool of forked processes.

    Parameters
    ----------
    limit
        Number of jobs that run at once.
    modules
        What to import once, before the first job.
    environment
        Variables for the jobs, on top of this process's own.
    """

    def __init__(self, limit: int, modules: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-m", "bhxh_forecast.batch.zygote", str(limit), *modules]
        self._scratch = tempfile.TemporaryDirectory(prefix="bhxh-")
        self._environment = os.environ | ONE_THREAD | _paths(self._scratch.name) | dict(environment)
        self._jobs: dict[str, bytes] = {}
        self._restarts = RESTARTS
        self._process = self._start()

    @property
    def pid(self) -> int:
        """Process id of the zygote, and of the group of all its jobs."""
        return self._process.pid

    def submit(self, job: str, call: str, arguments: Mapping[str, Any]) -> None:
        """Queue ``module:function`` with JSON arguments under an id."""
        self._jobs[job] = json.dumps({"id": job, "call": call, "kwargs": arguments}).encode() + b"\n"
        self._send(self._jobs[job])

    def wait(self) -> Result:
        """Wait for the next job to end, in whatever order they end."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            return self._after_death()
        answer = json.loads(line)
        self._jobs.pop(answer["id"], None)
        return Result(answer["id"], answer["ok"], answer["reason"], answer["seconds"])

    def close(self) -> None:
        """End everything that still runs."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._release()
        self._scratch.cleanup()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[bytes]:
        # Its own session: Ctrl-C reaches this process alone, and close() ends the whole group.
        return subprocess.Popen(  # noqa: S603
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=_log(),
            env=self._environment,
            start_new_session=True,
        )

    def _release(self) -> None:
        """Close what led to the zygote, which has ended."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()

    def _send(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # wait() will see that it is gone
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _after_death(self) -> Result:
        if self._restarts:
            self._restarts -= 1
            self._release()
            self._process = self._start()
            for line in self._jobs.values():
                self._send(line)
            return self.wait()
        job, _ = self._jobs.popitem()
        return Result(job, ok=False, reason="the process that runs the notebooks was killed", seconds=0.0)


class InThisProcess:
    """The same interface without fork: each job runs here when its result is asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._waiting: deque[tuple[str, str, Mapping[str, Any]]] = deque()
        os.environ.update(environment)

    def submit(self, job: str, call: str, arguments: Mapping[str, Any]) -> None:
        """Queue a job."""
        self._waiting.append((job, call, arguments))

    def wait(self) -> Result:
        """Run the next job."""
        job, call, arguments = self._waiting.popleft()
        module, _, name = call.partition(":")
        began = time.monotonic()
        try:
            getattr(importlib.import_module(module), name)(**arguments)
        except Exception as error:  # noqa: BLE001  # a failing notebook must not stop the others
            return Result(
                job, ok=False, reason=f"{type(error).__name__}: {error}", seconds=time.monotonic() - began
            )
        return Result(job, ok=True, reason="", seconds=time.monotonic() - began)

    def close(self) -> None:
        """Nothing to end."""


Pool = Workers | InThisProcess


def open_workers(limit: int, modules: Sequence[str], environment: Mapping[str, str]) -> Pool:
    """Return forked workers, or the plain way where the system cannot fork."""
    if hasattr(os, "fork"):
        return Workers(limit, modules, environment)
    return InThisProcess(environment)


def _paths(scratch: str) -> dict[str, str]:
    """The package importable also when it is not installed; nothing written into the user's home."""
    known = os.environ.get("PYTHONPATH", "")
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PACKAGE.parent), known])),
        "IPYTHONDIR": scratch,
        "MPLBACKEND": INLINE,
    }


def _log() -> int | None:
    """Tracebacks of failing jobs are for those who ask for them; the manifest has the reason either way."""
    return None if os.environ.get("BHXH_DEBUG") else subprocess.DEVNULL
