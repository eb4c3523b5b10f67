"""Law in force, published figures, settings and assumptions behind a figure, read from the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.analysis.explanation import AssumptionUsed, DataUsed, LawUsed, LeverUsed
from bhxh_forecast.analysis.rests_on import Grounds
from bhxh_forecast.coverage.types import Drivers
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from bhxh_forecast.inputs.law import LawBook
    from bhxh_forecast.inputs.reader import Inputs

FIGURES = 3  # last published figures of a series that are shown


def provision_ids(names: Iterable[str], law: LawBook) -> list[str]:
    """Ids of provisions; a name that is no id itself stands for the one behind the prefix of the place."""
    found: dict[str, None] = {}
    for name in names:
        if name in law.everything:
            found[name] = None
        else:
            found.update(dict.fromkeys(i for i in law.ids if i.endswith(f".{name}")))
    return list(found)


def law_rows(names: Iterable[str], law: LawBook, first: date, last: date) -> tuple[LawUsed, ...]:
    """Rows in force on some day from ``first`` to ``last``, by provision and date."""
    rows = []
    for provision in provision_ids(names, law):
        whole = law.everything[provision]
        for row in law.rows(provision):
            if row.from_ <= last and (row.to is None or row.to >= first):
                rows.append(
                    LawUsed(
                        provision=provision,
                        name=dict(whole.name),
                        value=row.value,
                        unit=whole.unit,
                        from_=row.from_,
                        to=row.to,
                        reference=row.reference,
                        act=row.act,
                        enacted=row.enacted,
                        status=row.status,
                        checked=row.checked,
                        url=row.url,
                        file=row.file,
                        line=row.line,
                    )
                )
    return tuple(rows)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _figure(row: Mapping[Any, Any]) -> DataUsed:
    end = _day(row["period_end"])
    return DataUsed(
        id=str(row["id"]),
        series=str(row["series"]),
        value=float(row["value"]),
        unit=str(row["unit"]),
        date=end if end is not None else date.min,
        published=_day(row["published"]),
        qualifier=str(row["qualifier"]),
        fitted=row["use"] == "fit",
        source=str(row["source_title"]),
        publisher=str(row["publisher"]),
        url=str(row["url"]),
    )


def data_rows(series: Iterable[str], inputs: Inputs, last: date) -> tuple[DataUsed, ...]:
    """The last published figures of each series up to a day, the newest first; repeats of one figure once."""
    rows = inputs.observations
    rows = rows[(rows["geo"] == inputs.geo) & rows["value"].notna() & rows["period_end"].notna()]
    rows = rows[(rows["qualifier"] != "target") & rows["use"].isin(["fit", "show"])]
    rows = rows[pd.to_datetime(rows["period_end"]) <= pd.Timestamp(last)]
    rows = rows.assign(_order=(rows["use"] != "fit").astype(int))
    found = []
    for name in series:
        mine = rows[rows["series"] == name].sort_values(
            ["period_end", "_order"], ascending=[False, True], kind="stable"
        )
        mine = mine.drop_duplicates("period_end").head(FIGURES)
        found += [_figure(row) for row in mine.to_dict("records")]
    return tuple(found)


def levers_used(
    drivers: Drivers, beginnings: tuple[str, ...], inputs: Inputs, line: Timeline, year: int
) -> tuple[LeverUsed, ...]:
    """Settings that differ from the baseline in some month of the year, at its end."""
    december = line.index(f"{year}-12")
    months = slice(max(december - 11, 0), december + 1)
    return tuple(
        LeverUsed(
            name,
            dict(inputs.levers[name].name),
            inputs.levers[name].unit,
            float(drivers.baseline[name][december]),
            float(path[december]),
        )
        for name, path in sorted(drivers.levers.items())
        if name.startswith(beginnings)
        and (path[months] != drivers.baseline[name][months])[
            ~_both_missing(path, drivers, name, months)
        ].any()
    )


def _both_missing(path: Any, drivers: Drivers, name: str, months: slice) -> Any:
    """Months in which neither has a value (no cap is not a number)."""
    return pd.isna(path[months]) & pd.isna(drivers.baseline[name][months])


def assumptions(grounds: Grounds, inputs: Inputs, means: Mapping[str, float]) -> tuple[AssumptionUsed, ...]:
    """Priors of the calculation, fixed assumptions, and the random quantities behind the people."""
    formula = [name for name in grounds.formula if name in inputs.priors]
    behind = [
        name
        for name, prior in inputs.priors.items()
        if prior.sampled and prior.block in grounds.blocks and name not in formula
    ]
    fixed = [_fixed(name, inputs) for name in grounds.register if name in inputs.register]
    return (
        *(_prior(name, "formula", inputs, means) for name in formula),
        *fixed,
        *(_prior(name, "people", inputs, means) for name in behind),
    )


def _prior(name: str, role: str, inputs: Inputs, means: Mapping[str, float]) -> AssumptionUsed:
    prior = inputs.priors[name]
    return AssumptionUsed(
        id=name,
        name=dict(prior.name),
        role=role,
        block=prior.block,
        text=prior.text,
        unit=prior.unit,
        status=prior.status,
        source=prior.basis,
        sampled=prior.sampled,
        mean=means.get(name),
    )


def _fixed(name: str, inputs: Inputs) -> AssumptionUsed:
    entry = inputs.register[name]
    bounds = f" ({entry['low']} .. {entry['high']})" if "low" in entry and "high" in entry else ""
    return AssumptionUsed(
        id=name,
        name=dict(entry["name"]),
        role="formula",
        block="register",
        text=f"{entry['value']}{bounds}",
        unit=str(entry["unit"]),
        status=str(entry["status"]),
        source=str(entry["source"]),
        sampled=False,
        mean=None,
    )
