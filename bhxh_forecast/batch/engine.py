"""A papermill engine that runs a notebook in this process instead of starting a kernel.

Registered under the entry point ``papermill.engine`` as ``bhxh-inprocess``, so that it also works on papermill's own
command line: ``papermill --engine bhxh-inprocess notebooks/04_budget.ipynb out.ipynb -p scenario combined``.
One notebook per process: the batch forks a pre-imported process for each (see `workers`).
"""

from __future__ import annotations

import platform
import sys
from typing import Any

NAME = "bhxh-inprocess"


class InProcessEngine:
    """Executes cells in an IPython shell of this process; outputs and errors are those of a kernel.

    It has the methods of ``papermill.engines.Engine`` without deriving from it: papermill loads its entry points
    while it is itself being imported, so this module may not import papermill on the way in.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = True,
        log_output: bool = False,
        autosave_cell_every: int = 30,
        **_: Any,
    ) -> Any:
        """Run a notebook and return it with its outputs; papermill looks for errors in them."""
        from papermill.engines import NotebookExecutionManager

        manager = NotebookExecutionManager(
            nb,
            output_path=output_path,
            progress_bar=progress_bar,
            log_output=log_output,
            autosave_cell_every=autosave_cell_every,
        )
        manager.notebook_start()
        try:
            _run_cells(manager)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Name of the kernel that the notebook would have."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Language of the notebook."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))


def register() -> None:
    """Make the engine known to papermill where the package runs without being installed."""
    from papermill.engines import papermill_engines

    papermill_engines.register(NAME, InProcessEngine)


def warm() -> None:
    """Build once what every notebook needs: the validator of the format takes as long as a small notebook."""
    import nbformat

    from bhxh_forecast.batch import capture  # noqa: F401

    nbformat.validate(nbformat.v4.new_notebook())


def _run_cells(manager: Any) -> None:
    """Run the cells in order and stop at the first that raises, as papermill's own engine does."""
    from bhxh_forecast.batch.capture import Shell

    shell = Shell.open()
    try:
        for index, cell in enumerate(manager.nb.cells):
            manager.cell_start(cell, cell_index=index)
            succeeded = _run(shell, cell)
            if not succeeded:
                manager.cell_exception(cell, cell_index=index)
            manager.cell_complete(cell, cell_index=index)
            if not succeeded:
                break
    finally:
        shell.close()
    manager.nb.metadata["language_info"] = _language()


def _run(shell: Any, cell: Any) -> bool:
    import nbformat

    if cell.cell_type != "code" or not cell.source.strip():
        return True
    outputs, cell.execution_count, succeeded = shell.execute(cell.source)
    cell.outputs = [nbformat.from_dict(output) for output in outputs]
    return succeeded or "raises-exception" in cell.metadata.get("tags", [])


def _language() -> Any:
    import nbformat

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
