"""Finished results under the key of everything that made them."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.files import copy_atomic, digest_file, remove_tree, sync_tree, write_atomic

RECORD = "done.json"
PARTS = "_parts"  # files below it stay in the store: other jobs read them there
READS = f"{PARTS}/reads.json"  # what a document looked at while it was made
MOST_READS = 4  # different sets of reads that are remembered of one document
STALE_STAGE = 24 * 3600  # seconds after which a stage belongs to a killed run
STALE_READS = 90 * 24 * 3600  # seconds after which nobody needs to know what a document looked at


class CorruptEntryError(RuntimeError):
    """A stored file is missing or is not what was stored."""


@dataclass(frozen=True)
class Entry:
    """One finished result.

    Attributes
    ----------
    key
        Key of everything that made it.
    folder
        Where its files are.
    files
        sha256 of each file by its path relative to the run folder.
    info
        What else the job wants to remember (JSON).
    """

    key: str
    folder: Path
    files: Mapping[str, str]
    info: Mapping[str, Any]

    @property
    def shown(self) -> dict[str, str]:
        """The files that go into the run folder."""
        return {name: digest for name, digest in self.files.items() if not name.startswith(f"{PARTS}/")}


class Store:
    """Folder of finished results, each committed by one rename.

    Parameters
    ----------
    root
        The folder; made when missing. Several processes may share it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "stage").mkdir(parents=True, exist_ok=True)

    def find(self, key: str) -> Entry | None:
        """Return the finished result of a key, or None when there is none that can be read."""
        folder = self._folder(key)
        try:
            record = json.loads((folder / RECORD).read_bytes())
            entry = Entry(key, folder, dict(record["files"]), dict(record["info"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return entry

    def reads(self, document: str) -> list[list[str]]:
        """Return what a document looked at when it was made, the newest first; nothing when that is not known."""
        try:
            found = json.loads(self._reads(document).read_bytes())
            return [[str(name) for name in noted] for noted in found]
        except (OSError, ValueError, TypeError):
            return []

    def remember(self, document: str, noted: Sequence[str]) -> None:
        """Remember what a document looked at."""
        known = [list(noted), *(each for each in self.reads(document) if each != list(noted))]
        write_atomic(self._reads(document), json.dumps(known[:MOST_READS]).encode(), durable=False)

    def stage(self) -> Path:
        """Return a new empty folder to write a result into."""
        return Path(tempfile.mkdtemp(dir=self.root / "stage"))

    def commit(self, key: str, stage: Path, info: Mapping[str, Any] | None = None) -> Entry:
        """Publish a stage under its key; of two equal results the first stays."""
        files = {path.relative_to(stage).as_posix(): digest_file(path) for path in _files(stage)}
        record = {"files": files, "info": dict(info or {})}
        write_atomic(stage / RECORD, json.dumps(record, ensure_ascii=False, sort_keys=True).encode())
        sync_tree(stage)
        folder = self._folder(key)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and self.find(key) is None:
            remove_tree(folder)  # damaged: make room
        try:
            stage.rename(folder)
        except OSError:
            if self.find(key) is None:
                raise
            remove_tree(stage)
        return Entry(key, folder, files, record["info"])

    def place(self, entry: Entry, run_dir: Path) -> bool:
        """Bring an entry's files into the run folder; those already there with the same contents stay untouched.

        Returns
        -------
        bool
            Whether anything had to be copied.

        Raises
        ------
        CorruptEntryError
            A stored file is damaged; the entry is gone after that and its job has to run again.
        """
        copied = False
        for name, expected in entry.shown.items():
            target = run_dir / name
            if target.is_file() and digest_file(target) == expected:
                continue
            source = entry.folder / name
            if not source.is_file() or digest_file(source) != expected:
                remove_tree(entry.folder)
                raise CorruptEntryError(f"{name}: the stored copy is damaged")
            copy_atomic(source, target)
            copied = True
        os.utime(entry.folder / RECORD)  # used now: prune takes the longest unused first
        return copied

    def prune(self, limit: int) -> int:
        """Remove stages of killed runs, then the longest unused results until at most ``limit`` bytes remain."""
        for stage in (self.root / "stage").iterdir():
            if time.time() - stage.stat().st_mtime > STALE_STAGE:
                remove_tree(stage)
        entries = sorted(self._entries(), reverse=True)
        total = 0
        removed = 0
        for _, size, folder in entries:
            total += size
            if total > limit:
                remove_tree(folder)
                removed += 1
        for noted in (self.root / "reads").glob("*.json"):
            if time.time() - noted.stat().st_mtime > STALE_READS:
                noted.unlink(missing_ok=True)
        return removed

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        for record in self.root.glob(f"??/*/{RECORD}"):
            size = sum(path.stat().st_size for path in _files(record.parent))
            yield record.stat().st_mtime, size, record.parent

    def _reads(self, document: str) -> Path:
        return self.root / "reads" / f"{document}.json"

    def _folder(self, key: str) -> Path:
        return self.root / key[:2] / key


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
