"""Computes the projections that are not stored yet, and lays their tables into the run folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bhxh_forecast.batch.context import Context, settings_of
from bhxh_forecast.batch.files import digest_bytes, digest_file, write_atomic
from bhxh_forecast.batch.keys import key_of, model_environment
from bhxh_forecast.batch.plan import Job, folder_of
from bhxh_forecast.batch.store import PARTS, Entry, Store
from bhxh_forecast.batch.tables import ONE_FOR_ALL, TABLES, csv_bytes, parquet_bytes, read_parts, tidy
from bhxh_forecast.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)
FIXED = "fixed_effects.parquet"


def key_parts(context: Context, job: Job) -> dict[str, Any]:
    """Everything that the tables of one scenario in one world depend on."""
    return {
        "model": model_environment(),
        "data": dict(context.data),
        "scenario": settings_of(context.scenarios[job.scenario]),
        "world": settings_of(context.worlds[job.world]),
        "parameters": context.parameters,
    }


def compute(context: Context, store: Store, jobs: Sequence[Job]) -> dict[str, Entry | str]:
    """Run the chain once for some scenarios in one world, and store the tables of each.

    Parameters
    ----------
    context, store
        The run, and where results go.
    jobs
        Projections of one world.

    Returns
    -------
    dict
        Per job id the stored entry, or the reason of its failure.

    Raises
    ------
    InputError
        A scenario or world does not fit the data.
    """
    o = context.options
    try:
        projections = context.model.simulate_many(
            [context.scenarios[job.scenario] for job in jobs],
            world=context.worlds[jobs[0].world],
            draws=o.draws,
            seed=o.seed,
            until=o.until,
            inputs=context.inputs,
        )
        fixed = _fixed(context, store, jobs[0].world)
    except InputError:
        raise
    except Exception as error:  # the others may still be computed; the summary and the exit code tell
        if len(jobs) > 1:
            return {name: outcome for job in jobs for name, outcome in compute(context, store, [job]).items()}
        log.exception("the model failed for %s", jobs[0].id)
        return {jobs[0].id: f"{type(error).__name__}: {error}"}
    return {job.id: _store(context, store, job, projections[job.scenario], fixed) for job in jobs}


def _fixed(context: Context, store: Store, world: str) -> pd.DataFrame | None:
    """Effects of the assumptions that are not sampled, measured on the baseline for all scenarios of a world.

    They rest on data, code and seed, not on scenario or draws of a run: measured once and kept.
    """
    measure, o = context.model.fixed_effects, context.options
    if measure is None:
        return None
    parts = {name: context.parameters[name] for name in ("seed", "as_of", "until")}
    parts |= {"model": model_environment(), "data": dict(context.data)}
    key = key_of({"fixed effects": parts, "world": settings_of(context.worlds[world])})
    kept, place = store.find(key), f"{PARTS}/{FIXED}"
    if kept is None:
        found = measure(context.inputs, world=context.worlds[world], seed=o.seed, until=o.until)
        stage = store.stage()
        write_atomic(stage / place, parquet_bytes(found), durable=False)
        kept = store.commit(key, stage)
    return read_parts([(kept.folder / place).read_bytes()])


def _store(
    context: Context, store: Store, job: Job, projection: Any, fixed: pd.DataFrame | None
) -> Entry | str:
    stage = store.stage()
    folder = stage / folder_of(job.scenario, job.world) / "tables"
    try:
        frames = {name: getattr(projection, name)() for name in TABLES}
        if fixed is not None:
            from bhxh_forecast.analysis.fixed_effects import with_fixed

            frames |= with_fixed(frames, fixed)
        for name in TABLES:
            frame = tidy(frames[name], name)
            write_atomic(stage / PARTS / f"{name}.parquet", parquet_bytes(frame), durable=False)
            write_atomic(folder / f"{name}.csv", csv_bytes(frame), durable=False)
        info = projection.manifest_info()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.exception("the tables of %s cannot be written", job.scenario)
        return f"{type(error).__name__}: {error}"
    return store.commit(key_of(key_parts(context, job)), stage, info)


def contents(entry: Entry) -> dict[str, str]:
    """Hash of each table of a projection: equal for equal numbers, whatever computed them."""
    return {name: entry.files[f"{PARTS}/{name}.parquet"] for name in TABLES}


def join_tables(run_dir: Path, entries: Mapping[tuple[str, str], Entry]) -> dict[str, str]:
    """Write ``tables/<table>.parquet`` of all scenarios and worlds.

    Parameters
    ----------
    run_dir
        The run folder.
    entries
        Projections by scenario and world.

    Returns
    -------
    dict
        sha256 of each file by its relative path.
    """
    written = {}
    ordered = [
        entries[place] for place in sorted(entries)
    ]  # by the tables' first two keys: no sorting needed
    first = next(iter(entries.values()))
    for name in TABLES:
        chosen = [first] if name in ONE_FOR_ALL else ordered
        data = parquet_bytes(read_parts((e.folder / PARTS / f"{name}.parquet").read_bytes() for e in chosen))
        path = f"tables/{name}.parquet"
        written[path] = digest_bytes(data)
        target = run_dir / path
        if not (target.is_file() and digest_file(target) == written[path]):
            write_atomic(target, data)
    return written


def timed(context: Context, store: Store, jobs: Sequence[Job]) -> tuple[dict[str, Entry | str], float]:
    """Do `compute` and return the seconds per job with it."""
    began = time.monotonic()
    outcome = compute(context, store, jobs)
    return outcome, (time.monotonic() - began) / len(jobs)
