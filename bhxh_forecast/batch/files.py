"""Writing that a kill cannot halve: temporary name, fsync, rename."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path


def digest_bytes(data: bytes) -> str:
    """Return the sha256 of some bytes as hexadecimal text."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """Return the sha256 of a file's contents as hexadecimal text."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_atomic(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file so that readers see the old contents or the new, never a part.

    Parameters
    ----------
    path
        Target; its folder is made when missing.
    data
        The whole contents.
    durable
        Whether to wait until the disk has it (not needed for a file that is rewritten all the time).

    Raises
    ------
    OSError
        The disk is full or the folder cannot be written; the old contents stay.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        Path(name).chmod(
            0o666 & ~_umask()
        )  # mkstemp gives 0600: a report should be as readable as its neighbours
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def copy_atomic(source: Path, target: Path) -> None:
    """Copy a file so that readers of the target see all of it or nothing new."""
    write_atomic(target, source.read_bytes(), durable=False)


def sync_tree(folder: Path) -> None:
    """Wait until the disk has every file of a folder, so that a rename after it publishes whole files only."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def clear_parts(folder: Path) -> None:
    """Remove what a killed run left half-written under temporary names."""
    for path in folder.rglob(".*.part"):
        path.unlink(missing_ok=True)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all in it; another process may be doing the same."""
    shutil.rmtree(folder, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
