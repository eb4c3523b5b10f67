"""Keys of results: a hash of everything that a result depends on, and of nothing else.

File contents, never times, paths or the git commit: a clone in another folder finds the same keys.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.files import digest_file

PACKAGE = Path(__file__).resolve().parents[1]
MODEL_PACKAGES = ("numpy", "pandas", "pyarrow", "scipy", "xarray")
REPORT_PACKAGES = (
    "babel", "ipython", "jinja2", "matplotlib", "matplotlib-inline", "nbconvert", "nbformat", "papermill",
    "python-docx", "pyyaml", "typst", "xlsxwriter",
)  # fmt: skip
SOURCE_SUFFIXES = {".py", ".yaml", ".j2", ".css", ".html", ".js", ".svg", ".json"}
# Parts of the package that cannot change a number of the tables.
ABOVE_THE_MODEL = ("analysis", "batch", "cli", "explorer", "reporting")
TABLE_WRITERS = (
    "batch/tables.py", "batch/projections.py", "analysis/fixed_effects.py", "analysis/trials.py",
)  # fmt: skip


def key_of(parts: Mapping[str, Any]) -> str:
    """Return the key of a result from named parts (anything that JSON can hold).

    Examples
    --------
    >>> key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1}), key_of({"a": 1}) == key_of({"a": 2})
    (True, False)
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def source_digest(root: Path = PACKAGE, *, model_only: bool = False) -> str:
    """Return one hash of the package's source, or of the part that the tables depend on."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix not in SOURCE_SUFFIXES or (model_only and not _of_the_model(name)):
            continue
        digest.update(f"{name}\0{digest_file(path)}\n".encode())
    return digest.hexdigest()


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the installed version of each package (missing ones left out)."""
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def python_version() -> str:
    """Return the interpreter's version and kind."""
    return f"{platform.python_implementation()} {platform.python_version()}"


@cache
def model_environment() -> dict[str, Any]:
    """What the numbers depend on besides data and parameters."""
    return {
        "source": source_digest(model_only=True),
        "python": python_version(),
        "packages": versions(MODEL_PACKAGES),
    }


@cache
def report_environment() -> dict[str, Any]:
    """What a document depends on besides its tables and parameters."""
    return {
        "source": source_digest(),
        "python": python_version(),
        "packages": versions(MODEL_PACKAGES + REPORT_PACKAGES),
    }


def _of_the_model(name: str) -> bool:
    return name in TABLE_WRITERS or not name.startswith(ABOVE_THE_MODEL)
