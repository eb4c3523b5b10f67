"""What a worker of a cluster does: a few scenarios, some blocks of draws, or a document."""

from __future__ import annotations

import importlib
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.files import write_atomic
from bhxh_forecast.batch.keys import model_environment, report_environment
from bhxh_forecast.batch.parcel import Parcel
from bhxh_forecast.batch.workers import Result, Workers

DATA, RUN, NOTEBOOKS, SAMPLES = "data", "run", "notebooks", "samples"


class OtherCodeError(RuntimeError):
    """A worker's code or packages are not those of the one who asks: its numbers could differ."""


@dataclass(frozen=True)
class Task:
    """A projection to compute.

    Attributes
    ----------
    environment
        Code and packages of the one who asks.
    scenarios, world
        Loaded; the baseline first.
    draws, seed, until, as_of
        As for ``simulate_many``.
    data
        Name of the data folder.
    """

    environment: Mapping[str, Any]
    scenarios: tuple[Any, ...]
    world: Any
    draws: int
    seed: int
    until: int
    as_of: date
    data: str

    def options(self, parcel: Parcel) -> dict[str, Any]:
        """Options of ``simulate_many`` on the worker's own copy of the data."""
        own = {name: getattr(self, name) for name in ("world", "draws", "seed", "until")}
        return own | {"inputs": _inputs(parcel, self.data, self.as_of)}


def same_code(wanted: Mapping[str, Any], *, documents: bool = False) -> None:
    """Refuse to work with other code or packages than those of the one who asks.

    Raises
    ------
    OtherCodeError
        What differs.
    """
    mine = report_environment() if documents else model_environment()
    odd = sorted(name for name in wanted if wanted[name] != mine.get(name))
    if odd:
        raise OtherCodeError(
            f"the worker's {', '.join(odd)} differ: install the same version of this package and of "
            "constraints.txt on every machine"
        )


def tables(parcel: Parcel, task: Task) -> dict[str, Any]:
    """Compute some scenarios with all their draws; return each one's `streaming.Streamed` tables."""
    from bhxh_forecast.simulation import simulate_many
    from bhxh_forecast.streaming import TABLES, Streamed

    same_code(task.environment)
    found = simulate_many(list(task.scenarios), **task.options(parcel))
    return {
        name: Streamed({table: getattr(projection, table)() for table in TABLES}, projection.facts)
        for name, projection in found.items()
    }


def first(parcel: Parcel, task: Task) -> Any:
    """Count the first block of draws; it fixes the bins of all."""
    from bhxh_forecast.streaming import first_block

    same_code(task.environment)
    return first_block(_chain(parcel, task))


def count(parcel: Parcel, task: Task, begun: Any, blocks: Sequence[int]) -> Any:
    """Count some further blocks of draws."""
    from bhxh_forecast.streaming import count_blocks

    same_code(task.environment)
    return count_blocks(_chain(parcel, task), begun[0], blocks)


def last(parcel: Parcel, task: Task, begun: Any, later: Any) -> dict[str, Any]:
    """Build the tables from what all blocks add up to."""
    from bhxh_forecast.results.ledger import Tally
    from bhxh_forecast.streaming import last_pass

    total = Tally()
    for tally in (begun[1], later):
        total.add(tally.copy())
    return last_pass(_chain(parcel, task), begun[0], total)


def document(
    parcel: Parcel,
    environment: Mapping[str, Any],
    call: str,
    arguments: Mapping[str, Any],
    extras: Mapping[str, bytes],
) -> tuple[Result, dict[str, bytes]]:
    """Make a document in a process of its own; return how that ended, and its files by path below the stage."""
    same_code(environment, documents=True)
    folder = parcel.unpacked()
    for name, content in extras.items():
        write_atomic(folder / RUN / name, content, durable=False)
    stage = tempfile.mkdtemp(prefix="bhxh-stage-")
    try:
        own = dict(arguments["arguments"]) | {"stage": stage, "run_dir": str(folder / RUN)}
        if "source" in own:
            own["source"] = str(folder / NOTEBOOKS / Path(own["source"]).name)
        pool = _pool(folder / DATA)
        pool.submit("document", call, dict(arguments) | {"arguments": own})
        result = pool.wait()
        files = {
            p.relative_to(stage).as_posix(): p.read_bytes() for p in Path(stage).rglob("*") if p.is_file()
        }
        return result, files
    finally:
        shutil.rmtree(stage, ignore_errors=True)


_threads = threading.local()


def _pool(data: Path) -> Workers:
    """The forked workers of this thread, for this data folder; they end with the process."""
    pools: dict[Path, Workers] = _threads.__dict__.setdefault("pools", {})
    if data not in pools:
        from bhxh_forecast.batch.execute import PRELOAD

        for old in pools.values():
            old.close()
        pools.clear()
        (inner,) = (path for path in data.iterdir() if path.is_dir())
        pools[data] = Workers(1, PRELOAD, {"BHXH_DATA": str(inner)})
    return pools[data]


@lru_cache(maxsize=2)
def _loaded(folder: Path, name: str, as_of: date) -> Any:
    from bhxh_forecast.inputs import load_inputs

    return load_inputs(folder / DATA / name, as_of=as_of)


def _inputs(parcel: Parcel, name: str, as_of: date) -> Any:
    folder = parcel.unpacked()
    _keep_samples(folder / SAMPLES)
    return _loaded(folder, name, as_of)


def _keep_samples(folder: Path) -> None:
    """Put the conditioned sample where the chain looks for it: it is then not built once more, nor differently."""
    cache = importlib.import_module("bhxh_forecast.calibration.source").cache_folder()
    for path in folder.glob("*"):
        if not (cache / path.name).is_file():
            write_atomic(cache / path.name, path.read_bytes(), durable=False)


_chains: dict[tuple[str, str], Any] = {}


def _chain(parcel: Parcel, task: Task) -> Any:
    """The chain of a task, made ready once per process."""
    from bhxh_forecast.streaming import chain_of

    key = (parcel.digest, repr(task))
    if key not in _chains:
        _chains.clear()
        _chains[key] = chain_of(list(task.scenarios), **task.options(parcel))
    return _chains[key]
