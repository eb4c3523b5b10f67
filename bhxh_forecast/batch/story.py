"""The story of one target as a page: its notebook executed by papermill beside a finished run, and rendered."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bhxh_forecast.batch import execute
from bhxh_forecast.batch.plan import BASELINE, REFERENCE
from bhxh_forecast.reporting.run_tables import DATA_VARIABLE, RunTables
from bhxh_forecast.reporting.story import NOTEBOOK

PAGES = "bhxh_forecast.reporting.html"
SHARED = "shared"


def write_story(run_dir: Path, notebooks: Path, languages: Sequence[str], *, data: Path) -> list[Path]:
    """Execute the notebook in every language and write its pages into the run folder.

    Parameters
    ----------
    run_dir
        Folder of a finished run; its seed, draws, as-of date and last year are those of the story.
    notebooks
        Folder of the notebooks.
    data
        Data that the run was made from.

    Returns
    -------
    list of Path
        The pages.

    Raises
    ------
    InputError
        The folder holds no run.
    """
    run_dir = run_dir.absolute()
    manifest = RunTables(run_dir).manifest
    parameters = {name: manifest[name] for name in ("draws", "seed", "as_of", "until")}
    os.environ[DATA_VARIABLE] = str(data.absolute())  # the notebook reads names and registers there
    written = []
    for lang in languages:
        executed = f"{SHARED}/notebooks/{NOTEBOOK}.{lang}.ipynb"
        page = f"{SHARED}/{NOTEBOOK}.{lang}.html"
        execute.execute_notebook(
            source=str(notebooks / f"{NOTEBOOK}.ipynb"),
            stage=str(run_dir),
            output=executed,
            run_dir=str(run_dir),
            parameters={
                "scenario": BASELINE,
                "world": REFERENCE,
                "lang": lang,
                **parameters,
            },
        )
        execute.render_report(
            pages=PAGES,
            notebooks=[executed],
            run_dir=str(run_dir),
            stage=str(run_dir),
            output=page,
            scenario=BASELINE,
            world=REFERENCE,
            notebook=NOTEBOOK,
            lang=lang,
        )
        written.append(run_dir / page)
    return written
