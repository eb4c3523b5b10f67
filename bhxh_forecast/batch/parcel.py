"""Everything a worker on another machine needs, as bytes: workers share no folder with the one who asks."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bhxh_forecast.batch.files import write_atomic


@dataclass(frozen=True)
class Parcel:
    """Files by their path relative to the folder into which they are unpacked.

    Attributes
    ----------
    digest
        Hash of names and contents.
    files
        Contents by name.
    """

    digest: str
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Parcel:
        """Pack files."""
        digest = hashlib.sha256()
        for name in sorted(files):
            digest.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
        return cls(digest.hexdigest(), dict(files))

    def unpacked(self) -> Path:
        """Unpack once per process and return the folder; it goes when the process ends."""
        return _unpacked(_Handle(self))


class _Handle:
    """A parcel that is equal to another with the same digest, so that it is unpacked once."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel

    def __hash__(self) -> int:
        return hash(self.parcel.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Handle) and other.parcel.digest == self.parcel.digest


_folders: list[tempfile.TemporaryDirectory[str]] = []


@lru_cache(maxsize=8)
def _unpacked(handle: _Handle) -> Path:
    folder = tempfile.TemporaryDirectory(prefix="bhxh-parcel-")
    _folders.append(folder)  # removed at exit
    for name, content in handle.parcel.files.items():
        write_atomic(Path(folder.name) / name, content, durable=False)
    return Path(folder.name)


def packed(folder: Path, prefix: str, names: Iterable[Path] | None = None) -> dict[str, bytes]:
    """Contents of a folder's files, hidden ones left out, with a prefix before their relative paths."""
    paths = names if names is not None else sorted(folder.rglob("*"))
    found = {}
    for path in paths:
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            found[f"{prefix}/{relative.as_posix()}"] = path.read_bytes()
    return found
