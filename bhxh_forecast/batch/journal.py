"""What the run folder holds and what made it: written after each job, so that a killed run is known as it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.files import digest_bytes, write_atomic

NAME = ".journal.json"
KEPT = "nothing that it depends on has changed"
MOST_NAMED = 3  # changes named in a reason; more are counted


@dataclass(frozen=True)
class JobResult:
    """How one job of the run ended.

    Attributes
    ----------
    status
        done, unchanged, failed or skipped.
    reason
        Why it ran, was kept, failed or was skipped.
    seconds
        Time it took; 0 when it did not run.
    files
        sha256 of its files in the run folder, by relative path.
    """

    id: str
    status: str
    reason: str = ""
    seconds: float = 0.0
    files: Mapping[str, str] | None = None

    @property
    def succeeded(self) -> bool:
        """Whether its files are whole."""
        return self.status in ("done", "unchanged")


def outputs(results: Iterable[JobResult]) -> dict[str, str]:
    """Return the sha256 of every file that jobs left in the run folder, sorted by path."""
    files: dict[str, str] = {}
    for result in results:
        files |= result.files or {}
    return dict(sorted(files.items()))


def status_of(results: Iterable[JobResult]) -> str:
    """Return ``done``, or ``failed`` when a job failed or could not be done for one that did."""
    return "done" if all(result.succeeded for result in results) else "failed"


class Journal:
    """Per job: the parts of its key and its files.

    Parameters
    ----------
    run_dir
        The run folder.
    """

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / NAME
        self._run_dir = run_dir
        self._parts: dict[str, dict[str, str]] = {}
        self._written: set[str] = set()
        with suppress(OSError, ValueError, TypeError, KeyError):
            content = json.loads(self._path.read_bytes())
            self._parts, self._written = dict(content["jobs"]), set(content["written"])

    def why(self, job: str, parts: Mapping[str, Any]) -> str:
        """Say what differs from the last time this job was done in this folder."""
        before = self._parts.get(job)
        if not before:
            return "new"
        now = flatten(parts)
        changed = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
        # Another document may look at other things: what is new or gone is a reason only when nothing else is.
        changed = changed or sorted(before.keys() ^ now.keys())
        if not changed:
            return "its result was missing"
        more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
        return f"changed: {', '.join(changed[:MOST_NAMED])}{more}"

    def record(self, job: str, parts: Mapping[str, Any], result: JobResult) -> None:
        """Remember a job that ended. A failed one is remembered for its files only."""
        self._parts[job] = flatten(parts) if result.succeeded else {}
        self._written.update(result.files or {})

    def save(self) -> None:
        """Write the journal; a kill leaves the one before."""
        content = {"jobs": self._parts, "written": sorted(self._written)}
        data = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        write_atomic(self._path, data, durable=False)

    def forget(self, jobs: Iterable[str], files: Iterable[str]) -> list[str]:
        """Forget all but some jobs, and remove from the run folder all but some files.

        Returns
        -------
        list of str
            The removed files. A file that no job of this folder ever wrote is never touched.
        """
        kept = set(jobs)
        stale = sorted(self._written - set(files))
        for name in stale:
            path = self._run_dir / name
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self._run_dir or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()
        self._written.difference_update(stale)
        self._parts = {job: parts for job, parts in self._parts.items() if job in kept}
        return stale


def flatten(parts: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested parts of a key as one level of short texts.

    Examples
    --------
    >>> flatten({"seed": 1, "data": {"law/a.yaml": "x"}})
    {'seed': '1', 'data law/a.yaml': 'x'}
    """
    flat: dict[str, str] = {}
    for name, value in parts.items():
        path = f"{prefix} {name}".strip()
        if isinstance(value, Mapping):
            flat |= flatten(value, path)
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            flat[path] = text if len(text) <= 64 else digest_bytes(text.encode())
    return flat
