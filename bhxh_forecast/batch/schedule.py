"""Goes through the documents of a run: keeps what is unchanged, gives the rest to the workers, as they become ready."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.documents import Documents
from bhxh_forecast.batch.files import copy_atomic, digest_file, remove_tree
from bhxh_forecast.batch.journal import KEPT, JobResult, Journal
from bhxh_forecast.batch.keys import key_of
from bhxh_forecast.batch.plan import Job
from bhxh_forecast.batch.progress import Progress
from bhxh_forecast.batch.store import READS, CorruptEntryError, Entry, Store
from bhxh_forecast.batch.workers import Pool, Result


class Schedule:
    """The documents of one run.

    Parameters
    ----------
    documents, store, journal, progress
        What the jobs depend on, where results lie, what the folder held before, and who watches.
    workers
        Gives the pool of workers; asked only when a job has to run.
    run_dir
        The run folder.
    """

    def __init__(
        self,
        documents: Documents,
        store: Store,
        journal: Journal,
        progress: Progress,
        workers: Callable[[], Pool],
        run_dir: Path,
    ) -> None:
        self._documents, self._store, self._journal, self._progress = documents, store, journal, progress
        self._workers = workers
        self._run_dir = run_dir
        self._running: dict[str, tuple[Job, Path]] = {}

    def run(self, jobs: Sequence[Job], results: dict[str, JobResult]) -> None:
        """Do all jobs.

        Parameters
        ----------
        jobs
            Documents, each after those it needs.
        results
            How the projections ended; the documents' results are added as they come.
        """
        waiting = list(jobs)
        while waiting or self._running:
            ready = [job for job in waiting if self._settled(job, results)]
            waiting = [job for job in waiting if job not in ready]
            for job in ready:
                self._begin(job, results)
            if self._running and not any(self._settled(job, results) for job in waiting):
                self._end(self._workers().wait(), results)

    def _settled(self, job: Job, results: Mapping[str, JobResult]) -> bool:
        return all(name in results for name in (*job.needs, *job.reads))

    def _begin(self, job: Job, results: dict[str, JobResult]) -> None:
        broken = [name for name in (*job.reads, *job.needs) if not results[name].succeeded]
        if broken:
            self._finish(job, {}, JobResult(job.id, "skipped", f"needs {broken[0]}, which failed"), results)
            return
        found = self._stored(job, results)
        if found is not None:
            self._finish(job, found[1], JobResult(job.id, "unchanged", KEPT, files=found[0].shown), results)
            return
        stage = self._store.stage()
        self._running[job.id] = (job, stage)
        self._workers().submit(job.id, *self._documents.call(job, stage))

    def _stored(self, job: Job, results: Mapping[str, JobResult]) -> tuple[Entry, dict[str, Any]] | None:
        """A result made from the same of all that its maker looked at, brought into the run folder."""
        for noted in self._store.reads(key_of(self._documents.identity(job))):
            parts = self._documents.parts(job, results, noted)
            entry = self._store.find(key_of(parts))
            with suppress(CorruptEntryError):
                if entry is not None:
                    self._store.place(entry, self._run_dir)
                    return entry, parts
        return None

    def _end(self, result: Result, results: dict[str, JobResult]) -> None:
        job, stage = self._running.pop(result.id)
        if not result.ok:
            self._finish(job, {}, self._failed(result, stage), results)
            return
        noted = json.loads((stage / READS).read_bytes())
        parts = self._documents.parts(job, results, noted)
        reason = self._journal.why(job.id, parts)
        self._store.remember(key_of(self._documents.identity(job)), noted)
        entry = self._store.commit(key_of(parts), stage)
        self._store.place(entry, self._run_dir)
        self._finish(job, parts, JobResult(job.id, "done", reason, result.seconds, entry.shown), results)

    def _failed(self, result: Result, stage: Path) -> JobResult:
        """Keep what a failing notebook had come to, with its error, where its result would have been."""
        files = {}
        for path in sorted(p for p in stage.rglob("*") if p.is_file()):
            name = path.relative_to(stage).as_posix()
            copy_atomic(path, self._run_dir / name)
            files[name] = digest_file(path)
        remove_tree(stage)
        return JobResult(result.id, "failed", result.reason, result.seconds, files)

    def _finish(
        self, job: Job, parts: Mapping[str, Any], result: JobResult, results: dict[str, JobResult]
    ) -> None:
        results[job.id] = result
        self._journal.record(job.id, parts, result)
        if result.status != "unchanged":
            self._journal.save()
        self._progress.advance(job.id)
