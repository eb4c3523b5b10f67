"""The command line over the small chain of the batch's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bhxh_forecast.batch import chain, runner
from bhxh_forecast.cli import call
from tests.batch.conftest import Lent, workers  # noqa: F401  # the common workers, once for all tests of a process
from tests.batch.fakes import Project

Bhxh = Callable[..., int]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Project:
    """A small project that `bhxh run` takes for the real one."""
    found = Project(tmp_path)
    monkeypatch.setenv("BHXH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(chain, "chain", lambda: found.model)

    def borrow(*_: object) -> Lent:
        return Lent(request.getfixturevalue("workers"))

    monkeypatch.setattr(runner, "open_workers", borrow)
    return found


@pytest.fixture
def bhxh(project: Project) -> Bhxh:
    """`bhxh` with the small project's data."""
    return lambda *words: call(["--data", str(project.data), *words])
