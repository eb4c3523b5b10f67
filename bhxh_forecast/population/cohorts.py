"""A census by age in a region's base: its cohorts are followed back to the base year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bhxh_forecast.population.lifetable import SEXES, Array

_OLDEST = 11  # last ages that are followed back together: few people, and the open group has no cohorts


@dataclass(frozen=True)
class Census:
    """Persons by sex and single age at a date.

    Attributes
    ----------
    year, within
        Year, and part of it that had gone by.
    people
        (2, A), men first.
    published
        Day from which it is taken as known: a year after its date.
    changes
        What was changed of the table: see `census.Prepared`.
    """

    year: int
    within: float
    people: Array
    published: date
    changes: pd.DataFrame


def stock_then(stock: Array, census: Census, first: int) -> Array:
    """Persons of stocks (Y + 1, 2, A) at the date of a census, (2, A)."""
    i = census.year - first
    people: Array = (1.0 - census.within) * stock[i] + census.within * stock[i + 1]
    return people


def cohort_ratio(stock: Array, census: Census, first: int) -> Array:
    """Census over model by cohort, at the ages that the cohorts had in the base, (2, A).

    The census gives the structure; its level is brought to the model's, which meets the known totals. Those born after
    the base are not in it: what the census says of them cannot be met by the base.
    """
    people = stock_then(stock, census, first)
    counted = census.people * (people.sum() / census.people.sum())
    ratio = counted / people
    ratio[:, -_OLDEST:] = (counted[:, -_OLDEST:].sum(axis=1) / people[:, -_OLDEST:].sum(axis=1))[:, None]
    ages, gone = np.arange(people.shape[1]), census.year - first
    then, later = np.minimum(ages + gone, ages[-1]), np.minimum(ages + gone + 1, ages[-1])
    followed: Array = (1.0 - census.within) * ratio[:, then] + census.within * ratio[:, later]
    return followed


def census_report(
    stock: Array, estimate: Array, census: Census, first: int, *, width: int = 5
) -> pd.DataFrame:
    """What a census changes: people at its date by group of ages.

    Parameters
    ----------
    stock, estimate
        Stocks with the census in the base, and as estimated without it, (Y + 1, 2, A).

    Returns
    -------
    DataFrame
        sex, ages, census (brought to the model's level), model, estimate, gap (model over census less one), born
        (whether the group was born after the base, so that the base cannot meet it).
    """
    now, before = stock_then(stock, census, first), stock_then(estimate, census, first)
    level = now.sum() / census.people.sum()
    edges = np.arange(0, now.shape[1], width)
    parts = [np.add.reduceat(x, edges, axis=1) for x in (census.people * level, now, before)]
    rows = [
        (
            sex,
            f"{low}-{low + width - 1}" if low + width < now.shape[1] else f"{low}+",
            *(float(p[s, k]) for p in parts),
        )
        for s, sex in enumerate(SEXES)
        for k, low in enumerate(edges)
    ]
    frame = pd.DataFrame(rows, columns=["sex", "ages", "census", "model", "estimate"])
    frame["gap"] = frame["model"] / frame["census"] - 1.0
    frame["born"] = np.tile(edges < census.year + census.within - first, 2)
    return frame
