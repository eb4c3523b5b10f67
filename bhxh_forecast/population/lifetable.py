"""Period life tables by single year of age, and the survivorship ratios that a projection needs.

Conventions are those of World Population Prospects: the first year of life by the Coale-Demeny West rule for
1a0 (Preston, Heuveline and Guillot 2001, table 3.3), half a year lived by those who die at any other age,
and an open last age group whose person-years are l/m.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Array = NDArray[np.float64]
A0Rule = Literal["coale_demeny_west", "half"]
SEXES = ("male", "female")

# Preston, Heuveline and Guillot (2001), table 3.3: West model, 1a0 = intercept + slope * 1m0 below the limit.
WEST_LIMIT = 0.107
WEST = {"male": (0.045, 2.684, 0.330), "female": (0.053, 2.800, 0.350)}


def a0_coale_demeny_west(m0: Array | float, sex: str) -> Array:
    """Mean years lived in the first year of life by those who die in it.

    Parameters
    ----------
    m0
        Death rate at age 0, any shape.
    sex
        ``male``, ``female``, or ``total`` (mean of the two rules).

    Examples
    --------
    >>> round(float(a0_coale_demeny_west(0.02, "male")), 5)
    0.09868
    """
    if sex == "total":
        both = [a0_coale_demeny_west(m0, one) for one in SEXES]
        return np.asarray((both[0] + both[1]) / 2)
    if sex not in WEST:
        raise ValueError(f"sex must be male, female or total, not {sex!r}")
    intercept, slope, high = WEST[sex]
    rate = np.asarray(m0, dtype=float)
    return np.where(rate >= WEST_LIMIT, high, intercept + slope * rate)


def columns(mx: Array, a0: Array | float) -> dict[str, Array]:
    """Life-table columns for death rates whose last axis is single age 0, 1, ..., open group.

    Parameters
    ----------
    mx
        Death rates per person-year, shape (..., ages), all positive in the open group.
    a0
        Years lived at age 0 by those who die, shape (...).

    Returns
    -------
    dict
        ``ax qx lx dx Lx Tx ex``, each (..., ages), with a radix of 1.
    """
    ax = np.full(mx.shape, 0.5)
    ax[..., 0] = a0
    with np.errstate(divide="ignore"):
        ax[..., -1] = 1.0 / mx[..., -1]
    qx = np.minimum(mx / (1.0 + (1.0 - ax) * mx), 1.0)
    qx[..., -1] = 1.0
    lx = np.ones(mx.shape)
    np.cumprod(1.0 - qx[..., :-1], axis=-1, out=lx[..., 1:])
    dx = lx * qx
    years = lx - dx + ax * dx
    total = np.cumsum(years[..., ::-1], axis=-1)[..., ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        expectation = np.where(lx > 0, total / lx, 0.0)
    return {"ax": ax, "qx": qx, "lx": lx, "dx": dx, "Lx": years, "Tx": total, "ex": expectation}


def survival_ratios(mx: Array, *, a0: A0Rule = "coale_demeny_west") -> Array:
    """Share of a cohort that survives to the end of a year, indexed by its age at the end.

    Parameters
    ----------
    mx
        Death rates, shape (..., 2, ages); the sexes in the order male, female.

    Returns
    -------
    ndarray
        (..., 2, ages): first the survival of the newborn (L0/l0), then L(x)/L(x-1), last T(w)/T(w-1),
        which both the last closed age and the open group use.
    """
    tables = columns(mx, _a0(mx, a0, SEXES))
    years, total = tables["Lx"], tables["Tx"]
    ratios = np.empty(mx.shape)
    ratios[..., 0] = years[..., 0]
    ratios[..., 1:-1] = years[..., 1:-1] / years[..., :-2]
    ratios[..., -1] = total[..., -1] / total[..., -2]
    return ratios


def life_expectancy(mx: Array, *, a0: A0Rule = "coale_demeny_west") -> Array:
    """Life expectancy at birth by sex: mx (..., 2, ages) -> (..., 2) years."""
    return columns(mx, _a0(mx, a0, SEXES))["ex"][..., 0]


def life_table(mx: xr.DataArray, *, a0: A0Rule = "coale_demeny_west", radix: float = 1.0) -> xr.Dataset:
    """Life table of death rates by single age.

    Parameters
    ----------
    mx
        Deaths per person-year with a dimension ``age`` (0, 1, 2, ..., the last one open) and, unless ``a0``
        is ``half``, a dimension or scalar coordinate ``sex`` (male, female, total); other dimensions pass
        through.
    a0
        ``coale_demeny_west`` or ``half``.
    radix
        Births of the life table; ``lx``, ``dx``, ``Lx`` and ``Tx`` scale with it.

    Returns
    -------
    xarray.Dataset
        ``ax`` (years), ``qx`` (probability), ``lx`` and ``dx`` (persons), ``Lx`` and ``Tx`` (person-years),
        ``ex`` (years), with the dimensions of ``mx``.

    Raises
    ------
    ValueError
        If ages are not 0, 1, 2, ..., or a rate is negative or missing, or the open group has no deaths.

    Examples
    --------
    >>> rates = xr.DataArray([0.1, 0.1, 0.5], dims="age", coords={"age": [0, 1, 2]})
    >>> round(float(life_table(rates, a0="half").ex[0]), 4)  # 0.95238 + 0.86168 + 0.81859 / 0.5
    3.4512
    """
    rates = _checked(mx)
    sexes = tuple(str(s) for s in np.atleast_1d(rates["sex"].values)) if "sex" in rates.coords else ()
    if a0 != "half" and not sexes:
        raise ValueError("the Coale-Demeny rule needs a coordinate 'sex' (male, female or total)")
    order = [d for d in rates.dims if d not in ("sex", "age")]
    order += [d for d in ("sex", "age") if d in rates.dims]
    rates = rates.transpose(*order)
    values = rates.to_numpy().astype(float)
    names = sexes if "sex" in rates.dims else sexes[0] if sexes else ""
    found = columns(values, _a0(values, a0, names))
    scale = {"lx": radix, "dx": radix, "Lx": radix, "Tx": radix}
    variables = {name: (rates.dims, column * scale.get(name, 1.0)) for name, column in found.items()}
    table = xr.Dataset(variables, coords=rates.coords)
    return table.transpose(*mx.dims)


def _a0(mx: Array, rule: A0Rule, sexes: tuple[str, ...] | str) -> Array:
    """Years lived at age 0: for names in a tuple, the axis before the last is the sex."""
    if rule == "half":
        return np.full(mx.shape[:-1], 0.5)
    if rule != "coale_demeny_west":
        raise ValueError(f"a0 must be coale_demeny_west or half, not {rule!r}")
    if isinstance(sexes, str):
        return a0_coale_demeny_west(mx[..., 0], sexes)
    return np.stack([a0_coale_demeny_west(mx[..., i, 0], sex) for i, sex in enumerate(sexes)], axis=-1)


def first_year_rule(mx: Array) -> Array:
    """Years lived at age 0 by those who die in it, by sex, for death rates (..., 2, ages) -> (..., 2)."""
    return _a0(mx, "coale_demeny_west", SEXES)


def _checked(mx: xr.DataArray) -> xr.DataArray:
    """Return the rates, or say what is wrong with them."""
    if "age" not in mx.dims:
        raise ValueError("death rates need a dimension 'age'")
    ages = mx["age"].to_numpy()
    if len(ages) < 3 or not np.array_equal(ages, np.arange(len(ages))):
        raise ValueError("ages must be 0, 1, 2, ... with the last one open")
    values = mx.to_numpy()
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise ValueError("death rates must be numbers that are not negative")
    if np.any(mx.isel(age=-1).to_numpy() <= 0):
        raise ValueError("the open age group must have a positive death rate")
    return mx
