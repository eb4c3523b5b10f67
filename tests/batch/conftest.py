"""A small project per test, with its own store of results; the workers are started once for all tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bhxh_forecast.batch import runner
from bhxh_forecast.batch.workers import Pool, Workers
from tests.batch.fakes import PRELOAD, Project


class Lent:
    """The common workers, as one run sees them: it cannot close them."""

    def __init__(self, pool: Pool) -> None:
        self.submit, self.wait = pool.submit, pool.wait

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers(2, PRELOAD, {}) as pool:
        yield pool


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers) -> Project:
    """A project whose runs borrow the common workers."""

    def borrow(*_: Any) -> Lent:
        return Lent(workers)

    monkeypatch.setattr(runner, "open_workers", borrow)
    return own_project(tmp_path, monkeypatch)


@pytest.fixture
def lone_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose runs start and end workers of their own."""
    return own_project(tmp_path, monkeypatch)


def own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BHXH_CACHE", str(tmp_path / "cache"))
    return Project(tmp_path)
