"""The manifest of a run: the only file that holds wall-clock time."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bhxh_forecast import __version__
from bhxh_forecast.batch.context import Context
from bhxh_forecast.batch.files import write_atomic
from bhxh_forecast.batch.journal import JobResult, outputs
from bhxh_forecast.batch.keys import MODEL_PACKAGES, PACKAGE, REPORT_PACKAGES, python_version, versions
from bhxh_forecast.batch.plan import Job

NAME = "manifest.json"
SCHEMA_VERSION = 1
FROM_THE_MODEL = ("posterior", "law_vintage", "random", "frozen")


def core(context: Context, info: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of the manifest that documents may show: equal for equal runs.

    Parameters
    ----------
    context
        The run.
    info
        What the first projection says of itself (``manifest_info``).
    """
    return {
        **context.parameters,
        "scenarios": context.entries("scenarios"),
        "worlds": context.entries("worlds"),
        "languages": list(context.options.languages),
        **{name: info.get(name) for name in FROM_THE_MODEL},
    }


@dataclass
class Manifest:
    """The manifest while the run goes on.

    Attributes
    ----------
    status
        running, done, failed or interrupted.
    """

    context: Context
    jobs: Sequence[Job]
    run_dir: Path
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    info: Mapping[str, Any] = field(default_factory=dict)

    @property
    def run_id(self) -> str:
        """Time and contents of the run."""
        return f"{self.started:%Y%m%dT%H%M%SZ}-{self.context.digest[:8]}"

    def write(self, status: str, results: Mapping[str, JobResult]) -> dict[str, Any]:
        """Write the manifest as things stand and return it."""
        content = self.content(status, results)
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        write_atomic(self.run_dir / NAME, text.encode("utf-8"))
        return content

    def content(self, status: str, results: Mapping[str, JobResult]) -> dict[str, Any]:
        """The manifest's keys in the contract's order."""
        finished = None if status == "running" else _iso(datetime.now(UTC))
        shown = core(self.context, self.info)
        return {
            "schema_version": SCHEMA_VERSION,
            "run_id": self.run_id,
            "started": _iso(self.started),
            "finished": finished,
            "status": status,
            **{
                name: shown[name]
                for name in ("seed", "draws", "as_of", "until", "scenarios", "worlds", "languages")
            },
            "code": code(),
            "python": python_version(),
            "packages": versions(sorted({*MODEL_PACKAGES, *REPORT_PACKAGES})),
            "inputs": dict(sorted({**self.context.inputs.files, **self.context.sources}.items())),
            **{name: shown[name] for name in FROM_THE_MODEL},
            "jobs": [_job(job, results.get(job.id)) for job in self.jobs],
            "outputs": outputs(results.values()),
        }


def code() -> dict[str, Any]:
    """Version of the package; commit and state of its repository, empty where there is none."""
    commit = _git("rev-parse", "HEAD")
    dirty = bool(_git("status", "--porcelain", "--untracked-files=no")) if commit else None
    return {"version": __version__, "commit": commit, "dirty": dirty}


def _git(*arguments: str) -> str:
    # Only the package's own repository counts, not one that happens to lie around the folder it is installed in.
    if not (PACKAGE.parent / ".git").exists():
        return ""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(PACKAGE.parent), *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _job(job: Job, result: JobResult | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        name: getattr(job, name) for name in ("id", "scenario", "world", "notebook", "lang")
    }
    if result is None:
        return entry | {"status": "waiting", "reason": "", "seconds": 0.0}
    return entry | {"status": result.status, "reason": result.reason, "seconds": round(result.seconds, 3)}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
