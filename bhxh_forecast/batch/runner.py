"""One run from options to a finished folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from bhxh_forecast.batch import manifest as manifests
from bhxh_forecast.batch import projections
from bhxh_forecast.batch.context import Context, Model, RunOptions, resolve, store_folder
from bhxh_forecast.batch.documents import Documents
from bhxh_forecast.batch.files import clear_parts
from bhxh_forecast.batch.journal import KEPT, JobResult, Journal, outputs, status_of
from bhxh_forecast.batch.keys import key_of, model_environment
from bhxh_forecast.batch.lock import FolderLock
from bhxh_forecast.batch.plan import Job, plan, surviving
from bhxh_forecast.batch.progress import Progress
from bhxh_forecast.batch.runs import Runs
from bhxh_forecast.batch.schedule import Schedule
from bhxh_forecast.batch.store import CorruptEntryError, Entry, Store
from bhxh_forecast.batch.workers import Pool, open_workers

STORE_LIMIT = 2 << 30  # bytes of finished results that are kept
DATA_VARIABLE = "BHXH_DATA"  # tells the notebooks of a run which data it was made from


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended.

    Attributes
    ----------
    run_dir
        The run folder.
    manifest
        The manifest as written.
    results
        How each job ended, by id.
    """

    run_dir: Path
    manifest: Mapping[str, Any]
    results: Mapping[str, JobResult]

    @property
    def failed(self) -> tuple[JobResult, ...]:
        """The jobs that failed or could not be done for a failed one."""
        return tuple(result for result in self.results.values() if not result.succeeded)

    @property
    def exit_code(self) -> int:
        """0 when everything is there, 1 when a part failed."""
        return 1 if self.failed else 0


def run(options: RunOptions, model: Model, *, quiet: bool = False) -> RunOutcome:
    """Compute what a run was asked for and write its folder.

    What was computed before from the same code, data, parameters and packages is taken from the store.

    Parameters
    ----------
    options
        What was asked.
    model
        The chain.
    quiet
        Whether to show no progress.

    Raises
    ------
    InputError
        Something asked for or in the data is wrong; nothing has been written then.
    FolderLockedError
        Another run is writing into the folder.
    """
    context = resolve(options, model)
    with FolderLock(options.run_dir):
        clear_parts(options.run_dir)
        return _Run(context, quiet=quiet).go()


class _Run:
    """The state of a run."""

    def __init__(self, context: Context, *, quiet: bool) -> None:
        o = context.options
        self.context = context
        self.run_dir = o.run_dir
        self.jobs = _plan(context)
        self.store = Store(store_folder(o.run_dir))
        self.journal = Journal(o.run_dir)
        self.manifest = manifests.Manifest(context, self.jobs, o.run_dir)
        self.results: dict[str, JobResult] = {}
        self.progress = Progress(len(self.jobs), quiet=quiet)
        self.stack = ExitStack()
        self._pool: Pool | None = None

    def go(self) -> RunOutcome:
        status = "failed"
        try:
            with self.stack, self.progress:
                self._all()
            status = status_of(self.results.values())
            self._clear_out()
        except KeyboardInterrupt:
            status = "interrupted"
            raise
        finally:
            self.journal.save()
            content = self.manifest.write(status, self.results)
        Runs(self.store.root).keep(self.run_dir, content)
        self.store.prune(STORE_LIMIT)
        return RunOutcome(self.run_dir, content, self.results)

    def _all(self) -> None:
        entries = self._projections()
        shown = self._showable(entries)
        if not shown:
            return
        self.manifest.info = next(iter(entries.values())).info
        tables = self._tables(entries)
        self.manifest.write("running", self.results)  # the notebooks read it
        documents = Documents(self.context, manifests.core(self.context, self.manifest.info), tables)
        schedule = Schedule(documents, self.store, self.journal, self.progress, self._workers, self.run_dir)
        schedule.run(
            [job for job in shown if job.kind in ("notebook", "report", "estimate", "page")], self.results
        )
        index = [job for job in shown if job.kind == "index"]
        if index:  # last: it links what has come out, and says whether all has
            self._clear_out(*(job.output for job in index))
            self.manifest.write(status_of(self.results.values()), self.results)
            schedule.run(index, self.results)

    def _showable(self, entries: Mapping[str, Entry]) -> tuple[Job, ...]:
        """The jobs that are left when some projections failed: the documents show what has been computed."""
        done = {(job.scenario, job.world) for job in self.jobs if job.id in entries}
        scenarios, worlds = surviving(done, list(self.context.scenarios), list(self.context.worlds))
        if not scenarios:
            return ()
        self.context = self.manifest.context = replace(
            self.context,
            scenarios={name: self.context.scenarios[name] for name in scenarios},
            worlds={name: self.context.worlds[name] for name in worlds},
        )
        shown = _plan(self.context)
        left = {job.id for job in shown}
        for job in self.jobs:
            if job.id not in self.results and job.id not in left:
                self.results[job.id] = JobResult(job.id, "skipped", "its projection failed")
        return shown

    def _clear_out(self, *coming: str) -> None:
        """Remove what an earlier run left and this one does not have: nobody shall read it beside the new results."""
        self.journal.forget((job.id for job in self.jobs), {*outputs(self.results.values()), *coming})

    def _workers(self) -> Pool:
        """The pool, started when first needed: its imports go on while this process computes."""
        if self._pool is None:
            o = self.context.options
            environment = {DATA_VARIABLE: str(o.data_dir.absolute())}
            opening = self.context.model.open_workers or open_workers
            self._pool = opening(o.workers, self.context.model.preload, environment)
            self.stack.callback(self._pool.close)
        return self._pool

    def _projections(self) -> dict[str, Entry]:
        """Tables of every scenario in every world, computed where they are not stored."""
        entries: dict[str, Entry] = {}
        missing = []
        for job in self.jobs:
            if job.kind == "projection":
                entry = self._stored(job)
                if entry is None:
                    missing.append(job)
                else:
                    entries[job.id] = entry
        if missing and not self.context.options.only_tables:
            self._workers()
        for world, group in groupby(missing, key=lambda job: job.world):
            entries |= self._computed(world, list(group))
        return {job.id: entries[job.id] for job in self.jobs if job.id in entries}

    def _stored(self, job: Job) -> Entry | None:
        entry = self.store.find(key_of(projections.key_parts(self.context, job)))
        if entry is None:
            return None
        try:
            self.store.place(entry, self.run_dir)
        except CorruptEntryError:
            return None
        self._note(job, JobResult(job.id, "unchanged", KEPT, files=entry.shown))
        return entry

    def _computed(self, world: str, jobs: Sequence[Job]) -> dict[str, Entry]:
        self.progress.say(f"computing {len(jobs)} scenarios, {world}")
        outcomes, seconds = projections.timed(self.context, self.store, jobs)
        entries = {}
        for job in jobs:
            outcome = outcomes[job.id]
            if isinstance(outcome, str):
                self._note(job, JobResult(job.id, "failed", outcome, seconds))
                continue
            self.store.place(outcome, self.run_dir)
            reason = self.journal.why(job.id, projections.key_parts(self.context, job))
            self._note(job, JobResult(job.id, "done", reason, seconds, outcome.shown))
            entries[job.id] = outcome
        return entries

    def _tables(self, entries: Mapping[str, Entry]) -> dict[str, dict[str, str]]:
        """Join the tables of all projections; return the hash of each table of each projection."""
        by_id = {job.id: job for job in self.jobs}
        contents = {name: projections.contents(entry) for name, entry in entries.items()}
        parts = {"model": model_environment(), "tables": contents}
        entry = self.store.find(key_of(parts))
        status, reason = "unchanged", KEPT
        if entry is None or not self._placed(entry):
            status, reason = "done", self.journal.why("tables", parts)
            stage = self.store.stage()
            places = {(by_id[name].scenario, by_id[name].world): e for name, e in entries.items()}
            projections.join_tables(stage, places)
            entry = self.store.commit(key_of(parts), stage)
            self.store.place(entry, self.run_dir)
        self.results["tables"] = JobResult("tables", status, reason, files=entry.shown)
        self.journal.record("tables", parts, self.results["tables"])
        self.progress.advance("tables")
        return contents

    def _placed(self, entry: Entry) -> bool:
        try:
            self.store.place(entry, self.run_dir)
        except CorruptEntryError:
            return False
        return True

    def _note(self, job: Job, result: JobResult) -> None:
        self.results[job.id] = result
        self.journal.record(job.id, projections.key_parts(self.context, job), result)
        if result.status != "unchanged":
            self.journal.save()
        self.progress.advance(job.id)


def _plan(context: Context) -> tuple[Job, ...]:
    o = context.options
    return plan(list(context.scenarios), list(context.worlds), o.languages, only_tables=o.only_tables)
