"""Summary measures of a population and of its fertility, each a function whose worked example can be redone by hand."""

from __future__ import annotations

import numpy as np
import xarray as xr

from bhxh_forecast.population.lifetable import Array


def births(women: Array, survivors: Array, asfr: Array) -> Array:
    """Births of a year: fertility rates times the mean of the women at its start and the survivors at its end.

    Parameters
    ----------
    women
        Women by single age on 1 January, (..., A).
    survivors
        Those of them alive on the next 1 January by the age they have then, (..., A).
    asfr
        Births per woman and year by age, (..., A).

    Returns
    -------
    ndarray
        Births, (...).

    Examples
    --------
    100 women of 20 at the start, 98 of them alive at 21: 0.1 x (100 + 0)/2 + 0.2 x (0 + 98)/2 = 5 + 9.8.

    >>> women, alive, rate = np.zeros(30), np.zeros(30), np.zeros(30)
    >>> women[20], alive[21], rate[20], rate[21] = 100, 98, 0.1, 0.2
    >>> float(births(women, alive, rate))
    14.8
    """
    born: Array = (asfr * (women + survivors)).sum(axis=-1) / 2.0
    return born


def total_fertility(asfr: Array) -> Array:
    """Children that a woman would have at the rates of a year: their sum over ages, (..., A) -> (...).

    Examples
    --------
    >>> float(total_fertility(np.array([0.0, 0.5, 1.0, 0.5])))
    2.0
    """
    total: Array = asfr.sum(axis=-1)
    return total


def dependency_ratios(population: xr.DataArray, *, young: int = 15, old: int = 65) -> xr.Dataset:
    """Dependants against people of working age.

    Parameters
    ----------
    population
        Persons with dimension ``age`` (single years); ``sex``, if there, is summed over, the rest passes through.
    young, old
        Working age is from ``young`` to below ``old``.

    Returns
    -------
    xarray.Dataset
        ``child`` (below ``young``), ``old_age`` (``old`` and over) and ``total``, each per person of working age;
        ``support``: people of working age per person of ``old`` and over; unit ``ratio``.

    Raises
    ------
    ValueError
        If the limits do not lie in order within the ages.

    Examples
    --------
    30 children, 60 people of working age, 20 old: 0.5, 1/3, 5/6 and three supporters.

    >>> people = xr.DataArray([30.0, 60.0, 20.0], dims="age", coords={"age": [0, 1, 2]})
    >>> found = dependency_ratios(people, young=1, old=2)
    >>> [round(float(found[name]), 4) for name in ("child", "old_age", "total", "support")]
    [0.5, 0.3333, 0.8333, 3.0]
    """
    ages = population["age"]
    if not int(ages.min()) < young < old <= int(ages.max()):
        raise ValueError(
            f"limits {young} and {old} must lie in order within ages {int(ages[0])}-{int(ages[-1])}"
        )
    people = population.sum("sex") if "sex" in population.dims else population
    children = people.where(ages < young, 0.0).sum("age")
    working = people.where((ages >= young) & (ages < old), 0.0).sum("age")
    elders = people.where(ages >= old, 0.0).sum("age")
    ratios = {
        "child": children / working,
        "old_age": elders / working,
        "total": (children + elders) / working,
        "support": working / elders,
    }
    return xr.Dataset(ratios, attrs={"unit": "ratio", "working_age": f"{young}-{old - 1}"})


def median_age(population: xr.DataArray) -> xr.DataArray:
    """Age that half of the people have not reached, in years, spreading each single year evenly.

    Parameters
    ----------
    population
        Persons with dimension ``age``; ``sex``, if there, is summed over, the rest passes through.

    Examples
    --------
    10 people of 0, 30 of 1, 20 of 2: the 30th person is two thirds through the second year of age.

    >>> people = xr.DataArray([10.0, 30.0, 20.0], dims="age", coords={"age": [0, 1, 2]})
    >>> round(float(median_age(people)), 4)
    1.6667
    """
    people = population.sum("sex") if "sex" in population.dims else population
    values = people.transpose(..., "age").to_numpy()
    reached = np.cumsum(values, axis=-1)
    half = reached[..., -1:] / 2.0
    at = (reached < half).sum(axis=-1, keepdims=True)
    here = np.take_along_axis(values, at, axis=-1)
    below = np.take_along_axis(reached, at, axis=-1) - here
    median = (population["age"].to_numpy()[at] + (half - below) / here)[..., 0]
    rest = people.isel(age=0, drop=True)
    return xr.DataArray(median, dims=rest.dims, coords=rest.coords, attrs={"unit": "years"})
