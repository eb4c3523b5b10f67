"""What a document looked at: its key then holds that, so that a change elsewhere does not make it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

ALL = "*"
KINDS = ("data", "table", "run")
_noted: set[str] = set()
_quiet = False


def begin() -> None:
    """Forget what was noted; a process that makes one document after the other calls it before each."""
    _noted.clear()


def noted() -> list[str]:
    """Everything that was looked at since `begin`, sorted."""
    return sorted(_noted)


def note(kind: str, *names: str) -> None:
    """Note that something was looked at.

    Parameters
    ----------
    kind
        One of `KINDS`: ``data`` (a file, or a folder that ends in ``/``), ``table``, ``run`` (a manifest entry).
    names
        Its name; `ALL` for everything of that kind.
    """
    if not _quiet:
        _noted.update(f"{kind}:{name}" for name in names)


@contextmanager
def unnoted() -> Iterator[None]:
    """Read without noting: for a reader that reads everything, whatever is then looked at."""
    global _quiet  # one process makes one document at a time
    before, _quiet = _quiet, True
    try:
        yield
    finally:
        _quiet = before


def files_behind(noted: Iterable[str], files: Iterable[str]) -> set[str]:
    """Choose those of some data files that notes speak of.

    Parameters
    ----------
    noted
        Notes of the kind ``data``.
    files
        Names as in `Inputs.files`: the data folder's own name, then the path inside.

    Examples
    --------
    >>> sorted(files_behind(["data:law/", "table:budget"], ["data/law/vsi.yaml", "data/macro/macro.csv"]))
    ['data/law/vsi.yaml']
    """
    names = [text.removeprefix("data:") for text in noted if text.startswith("data:")]
    if ALL in names:
        return set(files)
    folders = tuple(name for name in names if name.endswith("/"))
    return {
        file
        for file in files
        if (path := file.partition("/")[2]) in names or (folders and path.startswith(folders))
    }
