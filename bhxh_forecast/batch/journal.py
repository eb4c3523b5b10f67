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
        self._jobs: dict[str, dict[str, Any]] = {}
        with suppress(OSError, ValueError, TypeError):
            self._jobs = dict(json.loads(self._path.read_bytes())["jobs"])

    def why(self, job: str, parts: Mapping[str, Any]) -> str:
        """Say what differs from the last time this job was done in this folder."""
        before = self._jobs.get(job, {}).get("parts")
        if not before:
            return "new"
        now = flatten(parts)
        changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
        if not changed:
            return "its result was missing"
        more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
        return f"changed: {', '.join(changed[:MOST_NAMED])}{more}"

    def record(self, job: str, parts: Mapping[str, Any], result: JobResult) -> None:
        """Remember a job that ended. A failed one is remembered for its files only."""
        self._jobs[job] = {
            "parts": flatten(parts) if result.succeeded else {},
            "files": dict(result.files or {}),
        }

    def save(self) -> None:
        """Write the journal; a kill leaves the one before."""
        data = json.dumps({"jobs": self._jobs}, ensure_ascii=False, sort_keys=True).encode()
        write_atomic(self._path, data, durable=False)

    def forget(self, keep: Iterable[str], files: Iterable[str]) -> list[str]:
        """Forget all jobs but some, and remove from the run folder the files that none of these wrote.

        Returns
        -------
        list of str
            The removed files. A file that no job of this folder ever wrote is never touched.
        """
        kept = set(keep)
        current = set(files)
        known = {name for job in self._jobs.values() for name in job.get("files", {})}
        stale = sorted(known - current)
        for name in stale:
            path = self._run_dir / name
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self._run_dir or any(folder.iterdir()):
                    break
                folder.rmdir()
        self._jobs = {job: value for job, value in self._jobs.items() if job in kept}
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
