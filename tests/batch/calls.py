"""Calls for the workers' tests."""

import os
import signal
import sys
import time
from pathlib import Path


def write(path: str, text: str = "") -> None:
    Path(path).write_text(text, encoding="utf-8")


def fail(text: str) -> None:
    raise ValueError(text)


def chatter() -> None:
    print('{"id": "forged", "ok": true}')
    sys.stdout.flush()
    os.write(1, b"not an answer\n")


def leave(code: int) -> None:
    os._exit(code)


def kill_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)


def kill_parent_once(path: str) -> None:
    if not Path(path).exists():
        write(path)
        kill_parent()


def sleep(path: str, seconds: float) -> None:
    write(path)
    time.sleep(seconds)


def whoami(path: str) -> None:
    write(path, f"{os.getpid()}")


def plain_papermill(source: str, target: str, parameters: dict) -> None:
    """What `papermill SOURCE TARGET -p NAME VALUE --engine bhxh-inprocess` does."""
    import papermill

    from bhxh_forecast.batch import engine

    engine.register()
    papermill.execute_notebook(
        source, target, parameters=parameters, engine_name=engine.NAME, progress_bar=False
    )


def write_stage(stage: str) -> None:
    Path(stage).mkdir()
    write(f"{stage}/here")


def kill_this_once(folder: str, number: int, fatal: int) -> int:
    """Leave a trace of each start; the fatal one kills its process the first time."""
    write(f"{folder}/{number}-{time.monotonic_ns()}")
    time.sleep(0.05)
    if number == fatal and not Path(folder, "killed").exists():
        write(f"{folder}/killed")
        os.kill(os.getpid(), signal.SIGKILL)
    return number
