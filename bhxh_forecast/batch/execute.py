"""What a worker process does: execute a notebook, or render executed ones as a page.

Everything is written below a stage folder; the batch publishes it from there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.files import write_atomic

# Imported once, before the first fork. Those of the reports pull in what the notebooks need.
PRELOAD = (
    "papermill",
    "pyarrow.parquet",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "IPython.core.interactiveshell",
    "bhxh_forecast.batch.engine:warm",
    "bhxh_forecast.inputs",
    "bhxh_forecast.reporting.run_tables",
    "bhxh_forecast.reporting.html",
)
PAPERMILL_KEYS = ("default_parameters", "parameters", "version")


def execute_notebook(
    *,
    source: str,
    stage: str,
    output: str,
    run_dir: str,
    parameters: Mapping[str, Any],
    in_process: bool = True,
) -> None:
    """Execute a notebook by papermill, in this process or in a kernel of its own.

    Parameters
    ----------
    source
        The notebook.
    stage, output
        Folder to write below, and the path there: the same as in the run folder.
    run_dir
        The run folder. The notebook runs where its result will lie, so that its parameter ``run_dir`` is relative and
        the result can be opened and run again wherever the run folder is moved.
    parameters
        Its parameters without ``run_dir``.
    in_process
        Whether to use the engine of this package (one notebook per process) or papermill's own.

    Raises
    ------
    papermill.PapermillExecutionError
        A cell failed; the partial notebook with the error is written all the same.
    """
    import papermill

    from bhxh_forecast.batch import engine

    engine.register()
    target = Path(stage) / output
    target.parent.mkdir(parents=True, exist_ok=True)
    place = (Path(run_dir) / output).parent
    place.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            _literal(source),
            _literal(str(target)),
            parameters=dict(parameters) | {"run_dir": Path(os.path.relpath(run_dir, place)).as_posix()},
            engine_name=engine.NAME if in_process else None,
            cwd=str(place),
            progress_bar=False,
            request_save_on_cell_execute=not in_process,
        )
    finally:
        if target.exists():
            write_atomic(target, without_traces(target.read_bytes()), durable=False)


def render_report(
    *,
    pages: str,
    notebooks: Sequence[str],
    stage: str,
    output: str,
    lang: str,
    title: str,
    run_meta: Mapping[str, Any],
) -> None:
    """Render executed notebooks as one HTML page."""
    render = import_module(pages).render_report
    page = render([Path(path) for path in notebooks], lang=lang, title=title, run_meta=dict(run_meta))
    write_atomic(Path(stage) / output, page.encode("utf-8"), durable=False)


def render_index(*, pages: str, run_dir: str, stage: str, output: str) -> None:
    """Render the page that compares the scenarios of a run."""
    from bhxh_forecast.reporting.run_tables import RunTables

    page = import_module(pages).render_index(RunTables(Path(run_dir)))
    write_atomic(Path(stage) / output, page.encode("utf-8"), durable=False)


def without_traces(notebook: bytes) -> bytes:
    """Return an executed notebook without what differs from run to run: times, paths, random cell ids.

    The same tables and texts then give the same bytes.
    """
    content = json.loads(notebook)
    papermill = content["metadata"].get("papermill", {})
    content["metadata"]["papermill"] = {key: papermill[key] for key in PAPERMILL_KEYS if key in papermill}
    for position, cell in enumerate(content["cells"]):
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        if {"injected-parameters", "papermill-error-cell-tag"} & set(cell["metadata"].get("tags", [])):
            cell["id"] = f"added-{position}"  # papermill draws these ids at random
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _literal(path: str) -> str:
    """Papermill formats paths with the parameters: keep braces as they are."""
    return path.replace("{", "{{").replace("}", "}}")
