"""Notebooks, reports and pages as jobs: what each depends on, and the call that makes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.context import Context
from bhxh_forecast.batch.journal import JobResult, outputs, status_of
from bhxh_forecast.batch.keys import key_of, report_environment
from bhxh_forecast.batch.plan import BASELINE, NOTEBOOKS, Job
from bhxh_forecast.inputs.reads import ALL, files_behind

MODULE = "bhxh_forecast.batch.execute"


@dataclass(frozen=True)
class Documents:
    """Makes keys and calls for the documents of a run.

    Attributes
    ----------
    context
        The run.
    core
        The part of the manifest that documents show (`manifest.core`).
    tables
        Hash of each table of each projection, by job id and table.
    """

    context: Context
    core: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, str]]

    def identity(self, job: Job) -> dict[str, Any]:
        """What a document is: its code, settings and texts, without the numbers that it shows."""
        parts: dict[str, Any] = {"environment": report_environment(), "job": job.id}
        if job.kind == "notebook":
            parts["notebook"] = self.context.notebooks[job.notebook]
            parts["parameters"] = self._parameters(job)
        return parts

    def parts(
        self, job: Job, results: Mapping[str, JobResult], noted: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Everything that a document depends on.

        Parameters
        ----------
        job
            The document.
        results
            How the jobs before it ended.
        noted
            What it looked at when it was made; None when that is not known: then it depends on all it could look at.
        """
        parts = self.identity(job)
        if job.kind == "index":  # it links what is there, and says whether all is
            parts["files"] = sorted(outputs(results.values()))
            parts["status"] = status_of(results.values())
        if job.needs:
            parts["documents"] = {name: key_of(dict(results[name].files or {})) for name in job.needs}
        tables = {name: self.tables[name] for name in job.reads}
        data, shown = dict(self.context.data), self._shown(job)
        if noted is not None:
            data = {name: data[name] for name in sorted(files_behind(noted, data))}
            tables = {name: _noted("table", found, noted) for name, found in tables.items()}
            shown = _noted("run", shown, noted)
        return parts | {"tables": tables, "data": data, "run": shown}

    def call(self, job: Job, stage: Path) -> tuple[str, dict[str, Any]]:
        """Return ``module:function`` and its arguments; it notes what the document looks at."""
        function, arguments = self._call(job, stage)
        return f"{MODULE}:recorded", {"call": f"{MODULE}:{function}", "arguments": arguments}

    def _call(self, job: Job, stage: Path) -> tuple[str, dict[str, Any]]:
        run_dir = self.context.options.run_dir
        arguments: dict[str, Any] = {"stage": str(stage), "output": job.output}
        if job.kind == "notebook":
            source = (self.context.model.notebooks / f"{job.notebook}.ipynb").absolute()
            arguments |= {"source": str(source), "run_dir": str(run_dir), "parameters": self._parameters(job)}
            return "execute_notebook", arguments
        arguments |= {"pages": self.context.model.pages, "run_dir": str(run_dir)}
        if job.kind == "index":
            return "render_index", arguments
        if job.kind == "estimate":
            arguments["pages"] = self.context.model.estimates
            arguments |= {name: getattr(job, name) for name in ("scenario", "world", "lang")}
            return "write_estimate", arguments
        arguments["notebooks"] = [_output(name) for name in job.needs]
        arguments |= {name: getattr(job, name) for name in ("scenario", "world", "notebook", "lang")}
        return "render_report", arguments

    def _parameters(self, job: Job) -> dict[str, Any]:
        own = {"scenario": job.scenario, "world": job.world, "lang": job.lang}
        return own | self.context.parameters

    def _shown(self, job: Job) -> dict[str, Any]:
        """The manifest as this document sees it: a scenario's own shows that scenario and the baseline alone."""
        if job.kind != "report" and NOTEBOOKS.get(job.notebook) != "scenario":
            return dict(self.core)
        seen = (job.scenario, BASELINE)
        return dict(self.core) | {
            "scenarios": [entry for entry in self.core["scenarios"] if entry["name"] in seen],
            "worlds": [self._entry("worlds", job.world)],
            "languages": self.core["languages"] if job.kind == "report" else [job.lang],
        }

    def _entry(self, kind: str, name: str) -> dict[str, Any]:
        return next(dict(entry) for entry in self.core[kind] if entry["name"] == name)


def _noted(kind: str, entries: Mapping[str, Any], noted: Collection[str]) -> dict[str, Any]:
    """Those of some entries that were looked at."""
    if f"{kind}:{ALL}" in noted:
        return dict(entries)
    return {name: value for name, value in entries.items() if f"{kind}:{name}" in noted}


def _output(notebook_job: str) -> str:
    """Path of an executed notebook from its job's id (see `plan`)."""
    _, notebook, folder, lang = notebook_job.split("/")
    return f"{folder}/notebooks/{notebook}.{lang}.ipynb"
