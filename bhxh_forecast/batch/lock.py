"""One run at a time in a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType


class FolderLockedError(RuntimeError):
    """Another run is writing into the folder (exit code 4 on the command line)."""

    def __init__(self, folder: Path, owner: str) -> None:
        self.folder = folder
        by = f" (process {owner})" if owner else ""
        super().__init__(
            f"{folder}: another run{by} is writing here; wait for it, or give --out another folder"
        )


class FolderLock:
    """Hold a run folder for one process; the system lets go of it however the process ends.

    Raises
    ------
    FolderLockedError
        On entering, when another process holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, FolderLock(Path(folder)):
    ...     sorted(os.listdir(folder))
    ['.lock']
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._handle: int | None = None

    def __enter__(self) -> FolderLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(handle)
        except OSError:
            owner = os.read(handle, 32).decode("ascii", "replace").strip()
            os.close(handle)
            raise FolderLockedError(self.folder, owner) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            # The file stays: removing it would let a third process lock a name that a second one still waits for.
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
