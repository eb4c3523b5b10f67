"""Runs that have been: the tables and the facts of each, kept when their folder is written anew."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.files import copy_atomic, remove_tree, write_atomic
from bhxh_forecast.batch.keys import key_of

FOLDER = "runs"  # below the store of results
FACTS = "run.json"
PREFIX = "run_id="
STALE = 24 * 3600  # seconds after which a half-written run belongs to a killed process
PLAIN = ("run_id", "started", "finished", "status", "seed", "draws", "as_of", "until")


@dataclass(frozen=True)
class Run:
    """One run that has been.

    Attributes
    ----------
    folder
        Where its tables are, ``<table>.parquet``.
    facts
        What it was: times, status, seed, draws, scenarios, worlds, code, sample, fingerprint of its tables.
    """

    folder: Path
    facts: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Time and contents of the run."""
        return self.folder.name.removeprefix(PREFIX)


class Runs:
    """All runs of a store.

    Parameters
    ----------
    store
        Folder of finished results.
    """

    def __init__(self, store: Path) -> None:
        self.root = store / FOLDER

    def keep(self, run_dir: Path, manifest: Mapping[str, Any]) -> Run | None:
        """Keep the tables of a finished run; None when an equal run is kept already, or there are no tables.

        The files are hard links to those of the run where the file system has them: they take no space of their own
        until the run folder is written anew.
        """
        outputs = {name: digest for name, digest in manifest["outputs"].items() if name.startswith("tables/")}
        if not outputs:
            return None
        fingerprint = key_of({"tables": outputs, "as_of": manifest["as_of"], "status": manifest["status"]})
        mark = self.root / "equal" / fingerprint
        with suppress(OSError):
            if (self.root / f"{PREFIX}{mark.read_text(encoding='utf-8')}" / FACTS).is_file():
                return None
        facts = _facts(manifest) | {"fingerprint": fingerprint, "folder": str(run_dir)}
        self.root.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(dir=self.root, prefix=".stage-"))
        for name in outputs:
            _link(run_dir / name, stage / Path(name).name)
        write_atomic(stage / FACTS, json.dumps(facts, ensure_ascii=False, sort_keys=True).encode())
        folder = self.root / f"{PREFIX}{manifest['run_id']}"
        try:
            stage.rename(folder)
        except OSError:  # the same second and the same contents: it is kept
            remove_tree(stage)
            return None
        write_atomic(mark, str(manifest["run_id"]).encode(), durable=False)
        return Run(folder, facts)

    def all(self) -> list[Run]:
        """Every run, the newest first; one that cannot be read is left out."""
        found = []
        for folder in sorted(self._folders(), reverse=True):
            with suppress(OSError, ValueError):
                found.append(Run(folder, json.loads((folder / FACTS).read_bytes())))
        return found

    def prune(self, keep: int, *, older_than: float | None = None) -> list[str]:
        """Remove old runs.

        Parameters
        ----------
        keep
            Number of newest runs that stay whatever their age.
        older_than
            Days; younger runs stay too. None: age does not matter.

        Returns
        -------
        list of str
            Ids of the removed runs.
        """
        removed = []
        for folder in sorted(self._folders(), reverse=True)[keep:]:
            if older_than is not None and time.time() - folder.stat().st_mtime < older_than * 86400:
                continue
            remove_tree(folder)
            removed.append(folder.name.removeprefix(PREFIX))
        for stage in self.root.glob(".stage-*"):
            if time.time() - stage.stat().st_mtime > STALE:
                remove_tree(stage)
        for mark in (self.root / "equal").glob("*"):
            if not (self.root / f"{PREFIX}{mark.read_text(encoding='utf-8')}").is_dir():
                mark.unlink(missing_ok=True)
        return removed

    def _folders(self) -> list[Path]:
        try:
            with os.scandir(self.root) as entries:
                return [Path(entry.path) for entry in entries if entry.name.startswith(PREFIX)]
        except FileNotFoundError:
            return []


def _facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a list of runs shows of a manifest."""
    started, finished = manifest["started"], manifest["finished"]
    seconds = (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()
    posterior = manifest.get("posterior") or {}
    status = [job["status"] for job in manifest["jobs"]]
    return {name: manifest[name] for name in PLAIN} | {
        "seconds": seconds,
        "scenarios": [entry["name"] for entry in manifest["scenarios"]],
        "worlds": [entry["name"] for entry in manifest["worlds"]],
        "version": manifest["code"]["version"],
        "commit": manifest["code"]["commit"],
        "dirty": manifest["code"]["dirty"],
        "sample_kind": posterior.get("kind", ""),
        "sample": posterior.get("sha256", ""),
        "ess_min": posterior.get("ess_min"),
        "law_vintage": manifest.get("law_vintage"),
        "jobs_done": status.count("done"),
        "jobs_unchanged": status.count("unchanged"),
        "jobs_failed": status.count("failed") + status.count("skipped"),
    }


def _link(source: Path, target: Path) -> None:
    """A second name of a file; a copy where the file system has none. Run files are replaced, never written into."""
    try:
        os.link(source, target)
    except OSError:
        copy_atomic(source, target)
