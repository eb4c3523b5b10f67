"""Turns one draw of the engine's inputs into plain lists for the reference model: no equation of the model is here."""

from dataclasses import fields

import numpy as np

from bhxh_forecast.coverage.people import PROFILES, RETIREMENT
from bhxh_forecast.workforce.participation import read_profiles

FIRST = 2015
SERIES = (  # as the engine and the reference name them
    *("csi", "csi_resident", "employees", "household_business", "other_groups", "ui", "members"),
    *("group_members", "group_locked", "joiners", "lapsers", "capped_share", "group_share", "eligible"),
    *("vsi_participants", "vsi_paying", "pensions", "new_pensions", "pensions_past_age"),
    *("social_pension_law", "social_pension_poor", "social_pension_extension", "social_pensioners"),
)


def plain(value):
    """Arrays as lists, however deep."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def retirement_ages(inputs, until):
    """ages[sex][year] in months, as the dated law says at the end of each year."""
    months = np.arange(f"{FIRST - 1}-12", f"{until + 1}-01", 12, dtype="datetime64[M]")
    years = range(FIRST - 1, until + 1)
    return [
        dict(zip(years, inputs.law.monthly(name, months).astype(int).tolist(), strict=True))
        for name in RETIREMENT
    ]


def yearly(years, values):
    """Rows of an array by calendar year."""
    return dict(zip(years, values.tolist(), strict=True))


def demography(population, until, i):
    """Base stock and the rates of one draw."""
    rates, years = population.rates_for(i), range(FIRST, until + 1)
    names = {"mx": "mx", "asfr": "asfr", "srb": "srb", "migration": "net_migration"}
    found = {name: yearly(years, getattr(rates, attribute)) for name, attribute in names.items()}
    return {"base": population.stock[i, 0].tolist(), "rates": found}


def latent(block, i):
    """Paths of one draw; the noise of the labour force is the log of its factor."""
    paths = {name: getattr(block.paths, name)[:, i].tolist() for name in ("z", "v", "u", "zeta")}
    agency = {
        name: getattr(block.people.work, name)[:, i].tolist() for name in ("agency", "agency_voluntary")
    }
    return {"lambda": np.log(block.factor[:, i]).tolist(), **paths, **agency}


def from_engine(inputs, line, drivers, block, i):
    """``inp`` and ``draw`` of the reference model (see its module) for draw ``i`` of a prepared block."""
    profiles = read_profiles(inputs.table(PROFILES))
    inp = {
        "drivers": {field.name: plain(getattr(drivers, field.name)) for field in fields(drivers)},
        "retirement": retirement_ages(inputs, line.until),
        "as_of_index": line.as_of_index,
        "until": line.until,
    }
    draw = {
        "params": {name: float(np.ravel(values)[i]) for name, values in block.params.items()},
        "paths": latent(block, i),
        "peak_u": yearly(range(FIRST, line.until + 1), block.paths.peak_u[:, i]),
        "profile": {int(name): profile.rates.tolist() for name, profile in profiles.items()},
        "profile_year": {int(name): profile.year for name, profile in profiles.items()},
        **demography(block.people.population, line.until, i),
    }
    return inp, draw
