"""Questions in SQL to the tables of all runs: DuckDB reads the Parquet files; nothing is kept in a database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from bhxh_forecast.batch.runs import PREFIX, Run, Runs
from bhxh_forecast.batch.tables import TABLES
from bhxh_forecast.errors import InputError, nearest_name

READING = ("SELECT", "EXPLAIN")


def query(sql: str, store: Path) -> pd.DataFrame:
    """Answer one SQL question.

    Parameters
    ----------
    sql
        One ``SELECT`` (or ``WITH``, ``DESCRIBE``, ``SHOW``). Views: ``runs``, one row per run, and each table of a run
        with a column ``run_id`` in addition.
    store
        Folder of finished results.

    Raises
    ------
    InputError
        The statement is wrong, or does something else than ask.
    """
    import duckdb

    runs = Runs(store)
    known = runs.all()
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        listed = facts_table(known)
        connection.register("runs", listed)
        words = set(re.findall(r"\w+", sql.lower()))
        for name in _present(known):
            if name not in words and not words & {"show", "describe"}:
                continue  # a view opens every file once
            place = str(runs.root / f"{PREFIX}*" / f"{name}.parquet").replace("'", "''")
            connection.execute(
                f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{place}', hive_partitioning = true, "  # noqa: S608
                "hive_types_autocast = false, union_by_name = true)"
            )
        connection.execute("SET allowed_directories = ?", [[str(runs.root)]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            _only_asks(connection, sql)
            return connection.execute(sql).df()
        except duckdb.Error as error:
            raise _wrong(str(error), known) from None


def facts_table(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per run, the newest first; lists as text joined by commas."""
    rows = []
    for run in runs:
        facts = {k: ", ".join(v) if isinstance(v, list) else v for k, v in run.facts.items()}
        rows.append({"run_id": run.id} | facts)
    columns = [
        "run_id", "started", "finished", "seconds", "status", "draws", "seed", "as_of", "until", "scenarios", "worlds",
        "version", "commit", "dirty", "sample_kind", "sample", "ess_min", "law_vintage", "jobs_done", "jobs_unchanged",
        "jobs_failed", "fingerprint", "folder",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("started", "finished"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def _present(runs: Sequence[Run]) -> list[str]:
    newest = {path.stem for run in runs[:1] for path in run.folder.glob("*.parquet")}
    return [name for name in TABLES if name in newest]


def _only_asks(connection: Any, sql: str) -> None:
    statements = connection.extract_statements(sql)
    kinds = [str(statement.type).rpartition(".")[2] for statement in statements]
    if len(kinds) != 1 or kinds[0] not in READING:
        found = ", ".join(kinds) or "nothing"
        raise InputError.of("bhxh query", "sql", found, "one question: SELECT, WITH, DESCRIBE or SHOW")


def _wrong(message: str, runs: Sequence[Run]) -> InputError:
    """DuckDB's message in one line; it names what is nearest by itself."""
    first = " ".join(message.split("\n\nLINE")[0].split("LINE 1:")[0].split())
    names = ["runs", *_present(runs)]
    allowed = f"SQL over {', '.join(names)}" if runs else "SQL over runs (there is no run yet: bhxh run)"
    asked = first.partition("Table with name ")[2].partition(" ")[0]
    found = InputError.of("bhxh query", "sql", first, allowed)
    return InputError.of("bhxh query", "sql", asked, names) if nearest_name(asked, names) else found
