"""Notebooks in this package's engine show what they show in a kernel."""

import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bhxh_forecast.batch.capture import INLINE
from bhxh_forecast.batch.context import home
from bhxh_forecast.batch.execute import execute_notebook, without_traces
from bhxh_forecast.batch.workers import Workers
from bhxh_forecast.errors import InputError
from tests.batch.fakes import notebook

CELLS = [
    "print('a'); print('b')\nlang",
    "import sys\nprint('to stderr', file=sys.stderr)",
    "from IPython.display import HTML, clear_output, display\ndisplay(HTML('<b>x</b>'))\nprint('z')",
    "clear_output()\nprint('gone')\nclear_output(wait=True)\nprint('kept')",
    "handle = display('first', display_id='one')\nhandle.update('second')",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(1, 1))\nax.plot([1, 2])\nNone",
    "fig",
    "import pandas as pd\npd.DataFrame({'tỷ đồng': [1.5]})",
    "await __import__('asyncio').sleep(0)\n3",
    "1;",
    "",
    "__name__, _ is not None",
]
FAIL = "def inner():\n    raise ValueError('no such base')\ninner()"


def write(folder: Path, *cells: str) -> Path:
    path = folder / "in.ipynb"
    path.write_text(json.dumps(notebook("lang = 'vi'\nrun_dir = ''", *cells)), encoding="utf-8")
    return path


def shown(path: Path) -> list[Any]:
    cells = nbformat.read(path, as_version=4).cells
    return [(cell.execution_count, cell.outputs) for cell in cells if cell.cell_type == "code"]


def execute(folder: Path, name: str, source: Path, workers: Workers | None = None) -> Any:
    arguments = {
        "source": str(source), "stage": str(folder / name), "output": "s/notebooks/out.ipynb",
        "run_dir": str(folder / "run"), "parameters": {"lang": "en"}, "in_process": workers is not None,
    }  # fmt: skip
    if workers is None:
        execute_notebook(**arguments)
    else:
        workers.submit(name, "bhxh_forecast.batch.execute:execute_notebook", arguments)
        result = workers.wait()
        if not result.ok:
            return result.reason
    return folder / name / "s" / "notebooks" / "out.ipynb"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:zmq", "ignore::ResourceWarning")
def test_the_same_outputs_as_a_kernel(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", INLINE)
    source = write(tmp_path, *CELLS)
    kernel = shown(execute(tmp_path, "kernel", source))
    own = shown(execute(tmp_path, "own", source, workers))
    assert len(own) == len(CELLS) + 2  # the parameters, and those injected
    for position, (left, right) in enumerate(zip(kernel, own, strict=True)):
        assert left == right, f"cell {position}"


def test_a_failing_cell_keeps_what_came_before_and_stops(tmp_path: Path, workers: Workers) -> None:
    source = write(tmp_path, "print('before')", FAIL, "print('never')")
    assert execute(tmp_path, "own", source, workers) == "ValueError: no such base"
    text = (tmp_path / "own" / "s" / "notebooks" / "out.ipynb").read_text(encoding="utf-8")
    assert "before" in text
    assert "papermill-error-cell" in text
    outputs = [
        output
        for _, outputs in shown(tmp_path / "own" / "s" / "notebooks" / "out.ipynb")
        for output in outputs
    ]
    assert [output.output_type for output in outputs] == ["stream", "error"]
    assert outputs[-1].ename == "ValueError"
    assert any("inner" in line for line in outputs[-1].traceback)


def test_a_cell_that_is_expected_to_fail_does_not_stop(tmp_path: Path, workers: Workers) -> None:
    source = write(tmp_path, "1 / 0", "print('after')")
    content = json.loads(source.read_text())
    content["cells"][1]["metadata"]["tags"] = ["raises-exception"]
    source.write_text(json.dumps(content))
    assert "division by zero" in execute(
        tmp_path, "own", source, workers
    )  # papermill itself still reports it
    assert "after" in (tmp_path / "own" / "s" / "notebooks" / "out.ipynb").read_text(encoding="utf-8")


def test_a_result_has_no_times_no_paths_and_no_random_ids(tmp_path: Path, workers: Workers) -> None:
    source = write(tmp_path, "print(run_dir)")
    first = execute(tmp_path, "one", source, workers).read_bytes()
    second = execute(tmp_path, "two", source, workers).read_bytes()
    assert first == second
    assert str(tmp_path).encode() not in first
    assert without_traces(first) == first


def test_the_parameter_run_dir_leads_from_the_result_to_the_run(tmp_path: Path, workers: Workers) -> None:
    source = write(tmp_path, "import os\nprint(os.getcwd())\nprint(os.path.realpath(run_dir))")
    text = execute(tmp_path, "own", source, workers).read_text(encoding="utf-8")
    assert f"{tmp_path}/run/s/notebooks\\n" in text
    assert '"run_dir": "../.."' in text


def test_one_process_can_run_one_notebook_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without fork, and on papermill's own command line, the engine works in the calling process."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLBACKEND", os.environ.get("MPLBACKEND", "Agg"))
    figure = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(1, 1))"
    for name in ("one", "two"):
        source = write(tmp_path, figure, "left = 1" if name == "one" else "'left' in globals()")
        execute_notebook(
            source=str(source),
            stage=str(tmp_path / name),
            output="a.ipynb",
            run_dir=str(tmp_path),
            parameters={},
        )
    outputs = [output for _, cell in shown(tmp_path / "two" / "a.ipynb") for output in cell]
    assert "image/png" in outputs[0].data
    assert outputs[-1].data["text/plain"] == "False"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scenaro": "combined"}, "scenaro: found an unknown parameter.*did you mean scenario"),
        ({"drws": 100, "lang": "fr"}, "lang: found .*\n.*drws: found"),
        ({"draws": "many"}, "draws: found 'many'"),
    ],
)
def test_a_misspelt_parameter_stops_plain_papermill_before_anything_is_computed(
    tmp_path: Path, workers: Workers, given: dict[str, Any], message: str
) -> None:
    target = tmp_path / "out.ipynb"
    arguments = {"source": str(home() / "notebooks" / "04_budget.ipynb"), "target": str(target)}
    workers.submit("papermill", "tests.batch.calls:plain_papermill", {**arguments, "parameters": given})
    result = workers.wait()
    assert not result.ok
    assert re.search(message, result.reason, re.DOTALL)
    assert not any(outputs and "data" in outputs[-1] for _, outputs in shown(target))


def test_a_misspelt_parameter_is_refused_from_python_before_the_notebook_starts(tmp_path: Path) -> None:
    source = write(tmp_path, "1")
    with pytest.raises(InputError, match=r"lnag: found an unknown parameter.*did you mean lang"):
        execute_notebook(
            source=str(source), stage=str(tmp_path / "s"), output="o.ipynb", run_dir=str(tmp_path),
            parameters={"lnag": "en"},
        )  # fmt: skip
    assert not (tmp_path / "s").exists()
