"""The command line: it parses, calls and prints; what it calls can be called from Python the same way."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bhxh_forecast.errors import InputError

DONE, FAILED, BAD_INPUT, STALE_POSTERIOR, LOCKED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main() -> None:
    """Entry point of the ``bhxh`` executable."""
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # a polite end: workers go, finished results stay
    code = call(sys.argv[1:])
    if code == INTERRUPTED:
        # An interrupt that met an exec (a dataclass being made while a module loads) leaves the interpreter bent on
        # ending by the signal, whatever the exit code; everything has been closed by now.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def call(arguments: Sequence[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        As on the command line, without the program's name.

    Returns
    -------
    int
        0 done, 1 a part failed, 2 bad input or usage, 3 stale posterior, 4 folder locked, 130 interrupted.
    """
    import typer

    from bhxh_forecast.batch.lock import FolderLockedError
    from bhxh_forecast.cli.app import command
    from bhxh_forecast.errors import InputError, StalePosteriorError

    try:
        code = int(command().main(list(arguments), prog_name="bhxh", standalone_mode=False) or DONE)
        if code == INTERRUPTED:  # typer has turned the interrupt into its code
            raise KeyboardInterrupt
        return code
    except InputError as error:
        return _say(_in_words(error, arguments), BAD_INPUT)
    except StalePosteriorError as error:
        return _say(str(error), STALE_POSTERIOR)
    except FolderLockedError as error:
        return _say(str(error), LOCKED)
    except (KeyboardInterrupt, typer.Abort):
        return _say(
            "interrupted; what was finished is kept, the same command goes on from there", INTERRUPTED
        )
    except typer.TyperException as error:  # bad usage: typer knows how to say it
        show = getattr(error, "show", None)
        if show is None:
            return _say(str(error), BAD_INPUT)
        show()
        return BAD_INPUT
    except BrokenPipeError:  # the reader of our output has gone: nothing to tell it any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _say(f"{error.filename or 'system'}: {error.strerror or error}", FAILED)


def _in_words(error: InputError, arguments: Sequence[str]) -> str:
    """Problems one per line in the language that was asked for; a place without a line is named alone."""
    from bhxh_forecast.reporting.text import Text

    asked = " ".join(arguments).replace("=", " ") + " "
    words = Text("vi" if "--lang vi " in asked else "en")
    lines = []
    for p in error.problems:
        place = f"{p.file}:{p.line}:{p.column}" if p.line else p.file
        text = words("problem.one", place=place, field=p.field, found=p.found, allowed=p.allowed)
        lines.append(text + (words("problem.nearest", name=p.nearest) if p.nearest else ""))
    return "\n".join(lines)


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return code
