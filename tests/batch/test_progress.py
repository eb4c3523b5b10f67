"""The bar is for people who watch a terminal, and for nobody else."""

import io
import sys

import pytest

from bhxh_forecast.batch.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("terminal", "quiet"), [(True, False), (True, True), (False, False)])
def test_only_a_terminal_sees_a_bar_and_not_when_quiet(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, quiet: bool
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with Progress(3, quiet=quiet) as progress:
        progress.say("computing")
        progress.advance("projection/combined")
    shown = stream.getvalue()
    assert ("projection/combined" in shown and "1/3" in shown) is (terminal and not quiet)
    if not terminal or quiet:
        assert shown == ""
