"""The one reader of the data folder: everything that was known on a day, checked while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.law import LawBook
from bhxh_forecast.inputs.law_file import read_law
from bhxh_forecast.inputs.lever_specs import LeverSpec, read_levers
from bhxh_forecast.inputs.observations import known_on, newest_published, read_observations
from bhxh_forecast.inputs.priors import Prior, choose, read_priors
from bhxh_forecast.inputs.register import read_register
from bhxh_forecast.inputs.tables import Column, Layout, read_free_table, read_table

_TARGET = {"id": Column(required=True), "year": Column("number", required=True, low=2000, high=2100)}
_VALUE = {"value": Column("number"), "comparison": Column(required=True, allowed=("ge", "gt", "le", "done"))}
TARGETS = Layout({**_TARGET, **_VALUE}, key=("id", "year"))
NATIONAL = Layout({**_TARGET, **_VALUE}, key=("id", "year"))
ASSIGNED = Layout(
    {**_TARGET, **_VALUE, "geo": Column(required=True), "published": Column("date", required=True)},
    key=(),  # several sources report one assigned target
)
Names = dict[str, str]


@dataclass(frozen=True)
class Inputs:
    """Everything a run reads, as known on a day.

    Attributes
    ----------
    as_of
        Figures published and law enacted after this day are not seen.
    newest
        The default as-of day: nothing in the data is later.
    folder
        Data folder with its overlays.
    geo, place
        Code of the area, and its names in both languages.
    law
        Law book as known.
    observations
        Published figures as known.
    priors
        Prior of each uncertain quantity; the weak version where the stated one would know too much.
    stated_priors
        The same as written in the data.
    targets, national_targets, assigned
        Targets of the plan, of the nation, and those the city was assigned (as known).
    levers
        What the city can set.
    register
        Fixed assumptions: id -> name, value, unit, low, high, status, source, review, affects.
    labels
        Names in both languages of provisions, levers, priors and assumptions.
    files
        SHA-256 of every file of the folder and its overlays.
    computed
        Names of law figures that are computed from others and are never provisions.
    """

    as_of: date
    newest: date
    folder: DataFolder
    geo: str
    place: Names
    law: LawBook
    observations: pd.DataFrame
    priors: Mapping[str, Prior]
    stated_priors: Mapping[str, Prior]
    targets: pd.DataFrame
    national_targets: pd.DataFrame
    assigned: pd.DataFrame
    levers: Mapping[str, LeverSpec]
    register: Mapping[str, dict[str, Any]]
    labels: Mapping[str, Names]
    files: Mapping[str, str]
    computed: frozenset[str] = frozenset()
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def data_dir(self) -> Path:
        """The data folder without overlays."""
        return self.folder.root

    @property
    def macro(self) -> pd.DataFrame:
        """Prices, incomes and other series of data/macro/macro.csv."""
        return self.table("macro/macro")

    def table(self, name: str) -> pd.DataFrame:
        """Any table of the folder, for example ``demography/hanoi_age_sex``; read once.

        The frame is shared: copy it before changing it.
        """
        if name not in self._tables:
            self._tables[name] = read_free_table(self.folder, f"{name}.csv")
        return self._tables[name]


def load_inputs(
    data: Path | str | None = None, *, overlays: Sequence[Path | str] = (), as_of: date | None = None
) -> Inputs:
    """Read the data folder as known on a day.

    Parameters
    ----------
    data
        Data folder; default: the project's own.
    overlays
        Folders of the same layout laid on top; see :class:`DataFolder`.
    as_of
        Default: the later of the newest published figure (targets aside) and the newest enacted law.

    Raises
    ------
    InputError
        With every problem of the files at once.
    """
    faults = Faults()
    inputs = read_inputs(DataFolder(data, overlays), as_of, faults)
    faults.stop()
    return inputs


def read_inputs(folder: DataFolder, as_of: date | None, faults: Faults) -> Inputs:
    """Read everything that can be read; what is wrong goes to ``faults``."""
    law = read_law(folder, faults)
    observations = read_observations(folder, faults)
    stated = read_priors(folder, faults)
    tables = {
        name: read_table(folder, f"targets/{name}.csv", layout, faults)
        for name, layout in (("targets", TARGETS), ("national", NATIONAL), ("assigned", ASSIGNED))
    }
    register = read_register(folder.yaml("assumptions/register.yaml", faults), faults)
    levers = read_levers(folder.yaml("levers.yaml", faults), register, faults)
    geo, place = _read_place(folder, faults)
    newest = default_as_of(law, observations)
    day = as_of or newest
    known = known_on(observations, day)
    return Inputs(
        as_of=day,
        newest=newest,
        folder=folder,
        geo=geo,
        place=place,
        law=law.seen_from(day),
        observations=known,
        priors=choose(stated, day, fitted_series(known)),
        stated_priors=stated,
        targets=_plain(tables["targets"]),
        national_targets=_plain(tables["national"]),
        assigned=known_on(tables["assigned"].assign(year=_plain(tables["assigned"])["year"]), day),
        levers=levers,
        register=register,
        labels=_labels(law, levers, stated, register),
        files=folder.hashes(),
        computed=_computed(folder),
    )


def default_as_of(law: LawBook, observations: pd.DataFrame) -> date:
    """The later of the newest published figure and the newest enacted law; never the clock."""
    enacted = [row.enacted for provision in law.everything.values() for row in provision.rows]
    days = [day for day in (newest_published(observations), max(enacted, default=None)) if day is not None]
    return max(days, default=date.min)


def fitted_series(observations: pd.DataFrame) -> frozenset[str]:
    """Series that enter the conditioning, alone and with their area, in lower case."""
    fit = observations[observations["use"] == "fit"]
    with_geo = fit["series"] + "." + fit["geo"]
    return frozenset(name.lower() for name in {*fit["series"], *with_geo})


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    years = frame["year"].fillna(0).astype(int)
    return frame.drop(columns=["_file", "_row"]).assign(year=years)


def _read_place(folder: DataFolder, faults: Faults) -> tuple[str, Names]:
    """Code and names of the area that the data are about."""
    entry = faults.mapping(
        folder.yaml("place.yaml", faults), "place", keys=("geo", "name"), required=("geo", "name")
    )
    if "geo" not in entry:
        return "", {}
    return faults.text(entry["geo"], "geo", empty=False), faults.both_languages(entry.get("name"), "name")


def _computed(folder: DataFolder) -> frozenset[str]:
    """Names in data/law_checks.csv: amounts that follow from provisions and only check them."""
    if not folder.paths("law_checks.csv"):
        return frozenset()
    return frozenset(read_free_table(folder, "law_checks.csv")["parameter"])


def _labels(
    law: LawBook,
    levers: Mapping[str, LeverSpec],
    priors: Mapping[str, Prior],
    register: Mapping[str, dict[str, Any]],
) -> dict[str, Names]:
    labels: dict[str, Names] = {name: dict(provision.name) for name, provision in law.everything.items()}
    labels.update({name: dict(prior.name) for name, prior in priors.items()})
    labels.update({name: dict(entry["name"]) for name, entry in register.items()})
    labels.update({name: dict(spec.name) for name, spec in levers.items()})
    return labels
