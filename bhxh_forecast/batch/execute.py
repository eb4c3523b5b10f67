"""What a worker process does: execute a notebook, or render executed ones as a page.

Everything is written below a stage folder; the batch publishes it from there.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bhxh_forecast.batch.files import write_atomic
from bhxh_forecast.batch.parameters import check_notebook, only_shows
from bhxh_forecast.batch.store import READS
from bhxh_forecast.inputs import reads

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

# Imported once, before the first fork. Those of the reports pull in what the notebooks need.
PRELOAD = (
    "papermill",
    "pyarrow.parquet",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "IPython.core.interactiveshell",
    "bhxh_forecast.batch.engine:warm",
    "bhxh_forecast.batch.execute:warm",
    "bhxh_forecast.inputs",
    "bhxh_forecast.reporting.run_tables",
    "bhxh_forecast.reporting.html",
)
WITHOUT_MONEY = (
    "01_history_and_data",
    "02_population_and_workforce",
)  # pages that need no word on the law's state
PAPERMILL_KEYS = ("default_parameters", "parameters", "version")


def recorded(*, call: str, arguments: Mapping[str, Any]) -> None:
    """Do ``module:function`` with its arguments, and keep beside its result what it looked at.

    Parameters
    ----------
    call
        What to do; one of its arguments is ``stage``, the folder that it writes below.
    arguments
        Its arguments.
    """
    reads.begin()
    module, _, name = call.partition(":")
    getattr(import_module(module), name)(**arguments)
    noted = json.dumps(reads.noted()).encode()
    write_atomic(Path(arguments["stage"]) / READS, noted, durable=False)


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
    InputError
        The notebook has no such parameter, or a value is wrong; nothing has been started then.
    papermill.PapermillExecutionError
        A cell failed; the partial notebook with the error is written all the same.
    """
    import papermill

    from bhxh_forecast.batch import engine

    check_notebook(Path(source), parameters)
    if not only_shows(Path(source)):
        for kind in reads.KINDS:
            reads.note(kind, reads.ALL)
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
    run_dir: str,
    stage: str,
    output: str,
    scenario: str,
    world: str,
    notebook: str,
    lang: str,
) -> None:
    """Render executed notebooks as one HTML page: a scenario's report, or the page of one shared notebook.

    Parameters
    ----------
    pages
        Module with ``render_report``.
    notebooks
        Executed notebooks, relative to the run folder.
    run_dir, stage, output
        The run folder, the folder to write below, and the path there.
    scenario, world, notebook, lang
        What the page is about; ``notebook`` is empty for a report.
    """
    from bhxh_forecast.reporting.headline import legal_ready
    from bhxh_forecast.reporting.page import Page
    from bhxh_forecast.reporting.run_tables import RunTables

    run = RunTables(Path(run_dir))
    page = Page(run=run, scenario=scenario, world=world, lang=lang)
    meta: dict[str, Any] = {name: run.manifest[name] for name in ("as_of", "draws", "seed")}
    meta |= {
        "legal_ready": None if notebook in WITHOUT_MONEY else legal_ready(page),
        "world": page.title_of("worlds", world),
        "links": _links(page, output),
    }
    if not notebook:
        meta["scenario"] = page.scenario_title
    title = page.text(f"notebook.{notebook}") if notebook else page.text("report.title", until=run.until)
    paths = [Path(run_dir) / name for name in notebooks]
    html = import_module(pages).render_report(paths, lang=lang, title=title, run_meta=meta)
    write_atomic(Path(stage) / output, html.encode("utf-8"), durable=False)


def _links(page: Page, output: str) -> list[dict[str, str]]:
    """Back to the index, and to the same page in the run's other languages."""
    links = [{"href": "../index.html", "text": page.text("report.back")}]
    for other in page.run.manifest["languages"]:
        if other != page.lang:
            name = Path(output).name.replace(f".{page.lang}.", f".{other}.")
            links.append({"href": name, "text": page.text("report.other_language"), "lang": other})
    return links


def write_estimate(
    *, pages: str, run_dir: str, stage: str, output: str, scenario: str, world: str, lang: str
) -> None:
    """Write the workbook, the explanatory report and the annex of a scenario beside each other.

    Parameters
    ----------
    pages
        Module with ``estimate_files``, which gives the bytes by file name.
    run_dir, stage, output
        The run folder, the folder to write below, and the path of the workbook there.
    scenario, world, lang
        What they are about.
    """
    from bhxh_forecast.reporting.run_tables import RunTables

    folder = (Path(stage) / output).parent
    found = import_module(pages).estimate_files(RunTables(Path(run_dir)), scenario, world, lang)
    for name, content in found.items():
        write_atomic(folder / name, content, durable=False)


def render_index(*, pages: str, run_dir: str, stage: str, output: str) -> None:
    """Render the page that compares the scenarios of a run."""
    from bhxh_forecast.reporting.run_tables import RunTables

    html = import_module(pages).render_index(RunTables(Path(run_dir)))
    write_atomic(Path(stage) / output, html.encode("utf-8"), durable=False)


def warm() -> None:
    """Draw a picture and render a page once: fonts, templates and their filters are then ready in every fork."""
    import nbformat
    from matplotlib.figure import Figure

    from bhxh_forecast.reporting.html import notebook_body

    picture = Figure(figsize=(1, 1))
    picture.subplots()
    picture.savefig(io.BytesIO(), format="svg")
    output = nbformat.v4.new_output("display_data", {"text/html": "<p>x</p>", "text/plain": "x"})
    cells = [nbformat.v4.new_markdown_cell("x"), nbformat.v4.new_code_cell("x", outputs=[output])]
    with tempfile.TemporaryDirectory(prefix="bhxh-") as folder:
        path = Path(folder) / "warm.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        notebook_body(path)


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
