"""A papermill engine that runs a notebook in this process instead of starting a kernel.

Registered under the entry point ``papermill.engine`` as ``bhxh-inprocess``, so that it also works on papermill's
own command line: ``papermill --engine bhxh-inprocess notebooks/04_budget.ipynb out.ipynb -p scenario combined``.
One notebook per process: the batch forks a pre-imported process for each (see `workers`).
"""

from __future__ import annotations

import platform
import sys
from typing import Any

import nbformat
from papermill.engines import Engine, papermill_engines

from bhxh_forecast.batch.capture import Shell

NAME = "bhxh-inprocess"


class InProcessEngine(Engine):  # type: ignore[misc]  # papermill is not typed
    """Executes cells in an IPython shell of this process; outputs and errors are those of a kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> None:
        """Run the cells in order and stop at the first that raises, as papermill's own engine does."""
        shell = Shell.open()
        try:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, cell_index=index)
                succeeded = _run(shell, cell)
                if not succeeded:
                    nb_man.cell_exception(cell, cell_index=index)
                nb_man.cell_complete(cell, cell_index=index)
                if not succeeded:
                    break
        finally:
            shell.close()
        nb_man.nb.metadata["language_info"] = _language()


def register() -> None:
    """Make the engine known to papermill where the package runs without being installed."""
    papermill_engines.register(NAME, InProcessEngine)


def warm() -> None:
    """Build once what every notebook needs: the validator of the notebook format takes as long as a small notebook."""
    nbformat.validate(nbformat.v4.new_notebook())


def _run(shell: Shell, cell: Any) -> bool:
    if cell.cell_type != "code" or not cell.source.strip():
        return True
    outputs, cell.execution_count, succeeded = shell.execute(cell.source)
    cell.outputs = [nbformat.from_dict(output) for output in outputs]
    return succeeded or "raises-exception" in cell.metadata.get("tags", [])


def _language() -> Any:
    return nbformat.from_dict(
        {
            "codemirror_mode": {"name": "ipython", "version": sys.version_info.major},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": f"ipython{sys.version_info.major}",
            "version": platform.python_version(),
        }
    )
