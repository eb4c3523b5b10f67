"""Generates the notebooks from their Python sources, with cell ids that do not change by themselves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

NAMES = (
    "01_history_and_data",
    "02_population_and_workforce",
    "03_coverage_and_targets",
    "04_budget",
    "05_comparison",
    "06_methods_and_assumptions",
    "07_population_validation",
    "10_story_voluntary",
)
DESK = ("00_start", "explorer")  # for the workplace; no report is made of them

ON_DEMAND = ("10_story_voluntary",)  # not part of a run: `bhxh story` executes it


def notebook_json(source: Path) -> str:
    """The notebook of a py:percent source, as text: no outputs, cell ids from the cells' tags, sorted keys."""
    import jupytext

    notebook: dict[str, Any] = jupytext.read(source, fmt="py:percent")
    for position, cell in enumerate(notebook["cells"]):
        label = next(iter(cell["metadata"].get("tags", [])), str(position))
        cell["id"] = hashlib.sha256(f"{source.stem}/{label}".encode()).hexdigest()[:8]
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        cell["source"] = _lines(cell["source"])
    notebook["metadata"] = {
        "jupytext": {"cell_metadata_filter": "tags,-all", "formats": "py:percent,ipynb"},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    content = {key: notebook[key] for key in ("cells", "metadata")} | {"nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _lines(source: str | list[str]) -> list[str]:
    text = source if isinstance(source, str) else "".join(source)
    return text.splitlines(keepends=True)


def generate(notebooks_dir: Path) -> list[Path]:
    """Write the ``.ipynb`` beside every source; returns the files written."""
    written = []
    for source in sorted(notebooks_dir.glob("*.py")):
        target = source.with_suffix(".ipynb")
        target.write_text(notebook_json(source), encoding="utf-8", newline="\n")
        written.append(target)
    return written


def stale(notebooks_dir: Path) -> list[str]:
    """Names of notebooks that differ from what their source gives, lack one, or have no source."""
    sources = {path.stem: path for path in notebooks_dir.glob("*.py")}
    found = {path.stem: path for path in notebooks_dir.glob("*.ipynb")}
    wrong = set(sources) ^ set(found)
    for name in set(sources) & set(found):
        if found[name].read_text(encoding="utf-8") != notebook_json(sources[name]):
            wrong.add(name)
    return sorted(wrong)


if __name__ == "__main__":
    generate(Path("notebooks"))
