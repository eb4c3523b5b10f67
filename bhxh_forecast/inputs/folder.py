"""The data folder with the overlays that lie on top of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.reads import ALL, note
from bhxh_forecast.inputs.yaml_positions import Node, read_yaml

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "data"


class DataFolder:
    """Files of a data folder and of its overlays, by their path relative to it.

    An overlay is a folder of the same layout. A CSV with an ``id`` column replaces and adds rows by ``id``, any other
    CSV replaces the whole file; a YAML file replaces and adds its top-level keys. Later overlays win.

    Parameters
    ----------
    root
        The data folder; default: the project's own, whatever the current folder.
    overlays
        Folders laid on top, in order.

    Raises
    ------
    InputError
        If a folder does not exist.
    """

    def __init__(self, root: Path | str | None = None, overlays: Sequence[Path | str] = ()) -> None:
        note("data", ALL)
        self.root = Path(root) if root is not None else DEFAULT_DATA
        self.overlays = tuple(Path(overlay) for overlay in overlays)
        for name, folder in [("data", self.root), *(("overlay", overlay) for overlay in self.overlays)]:
            if not folder.is_dir():
                raise InputError.of(shown(folder), name, "no such folder", "an existing folder")

    @property
    def layers(self) -> tuple[Path, ...]:
        """The data folder, then the overlays."""
        return (self.root, *self.overlays)

    def paths(self, name: str) -> list[Path]:
        """Existing files of this relative path, the data folder's first."""
        return [path for path in (layer / name for layer in self.layers) if path.is_file()]

    def names(self, folder: str, suffix: str) -> list[str]:
        """Relative paths of the files directly in a sub-folder of any layer, sorted."""
        found = {
            f"{folder}/{path.name}"
            for layer in self.layers
            for path in (layer / folder).glob(f"*{suffix}")
            if path.is_file()
        }
        return sorted(found)

    def stable_name(self, path: Path) -> str:
        """Name of a file in results: folder name and relative path, the same on every machine."""
        for layer in reversed(self.layers):
            if path.is_relative_to(layer):
                return f"{layer.resolve().name}/{path.relative_to(layer).as_posix()}"
        return path.name

    def yaml(self, name: str, faults: Faults) -> Node | None:
        """Read a YAML mapping with the top-level keys of its overlays; problems go to ``faults``."""
        merged: Node | None = None
        for path in self.paths(name):
            node = read_yaml_file(path, faults)
            if node is None:
                continue
            if not isinstance(node.value, dict):
                faults.add(node, "file", node.shown(), "a mapping")
            elif merged is None:
                merged = node
            else:
                merged.value.update(node.value)
                merged.keys.update(node.keys)
        return merged

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file, by its stable name."""
        result = {}
        for layer in self.layers:
            for path in sorted(layer.rglob("*")):
                if path.is_file() and not any(part.startswith(".") for part in path.relative_to(layer).parts):
                    result[self.stable_name(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return result


def read_yaml_file(path: Path, faults: Faults) -> Node | None:
    """Read one YAML file with places; problems go to ``faults``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        faults.at((shown(path), 0, 0), "file", error.strerror or str(error), "a file that can be read")
        return None
    node, problems = read_yaml(data, shown(path))
    faults.problems.extend(problems)
    return node


def shown(path: Path) -> str:
    """Name of a file in messages: relative to the current folder if inside it, else as given."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return str(path) if relative.startswith("..") else relative
