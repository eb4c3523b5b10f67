"""Notebooks, reports and pages as jobs: what each depends on, and the call that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.context import Context
from bhxh_forecast.batch.journal import JobResult, outputs, status_of
from bhxh_forecast.batch.keys import key_of, report_environment
from bhxh_forecast.batch.plan import BASELINE, NOTEBOOKS, Job

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
        Hash of each projection's tables, by job id.
    """

    context: Context
    core: Mapping[str, Any]
    tables: Mapping[str, str]

    def parts(self, job: Job, results: Mapping[str, JobResult]) -> dict[str, Any]:
        """Everything that a document depends on.

        Parameters
        ----------
        job
            The document.
        results
            How the jobs before it ended.
        """
        parts: dict[str, Any] = {"environment": report_environment(), "job": job.id}
        if job.kind == "index":  # it links what is there, and says whether all is
            parts["files"] = sorted(outputs(results.values()))
            parts["status"] = status_of(results.values())
        if job.kind in ("notebook", "index"):
            parts["tables"] = {name: self.tables[name] for name in job.reads}
            parts["data"] = dict(self.context.data)
            parts["run"] = self._shown(job)
        if job.kind == "notebook":
            parts["notebook"] = self.context.notebooks[job.notebook]
            parts["parameters"] = self._parameters(job)
        if job.needs:
            parts["documents"] = {name: key_of(dict(results[name].files or {})) for name in job.needs}
            parts["run"] = self._shown(job)
            parts["tables"] = {name: self.tables[name] for name in job.reads}
        return parts

    def call(self, job: Job, stage: Path) -> tuple[str, dict[str, Any]]:
        """Return ``module:function`` and its arguments."""
        run_dir = self.context.options.run_dir
        arguments: dict[str, Any] = {"stage": str(stage), "output": job.output}
        if job.kind == "notebook":
            source = (self.context.model.notebooks / f"{job.notebook}.ipynb").absolute()
            arguments |= {"source": str(source), "run_dir": str(run_dir), "parameters": self._parameters(job)}
            return f"{MODULE}:execute_notebook", arguments
        arguments |= {"pages": self.context.model.pages, "run_dir": str(run_dir)}
        if job.kind == "index":
            return f"{MODULE}:render_index", arguments
        arguments["notebooks"] = [_output(name) for name in job.needs]
        arguments |= {name: getattr(job, name) for name in ("scenario", "world", "notebook", "lang")}
        return f"{MODULE}:render_report", arguments

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


def _output(notebook_job: str) -> str:
    """Path of an executed notebook from its job's id (see `plan`)."""
    _, notebook, folder, lang = notebook_job.split("/")
    return f"{folder}/notebooks/{notebook}.{lang}.ipynb"
