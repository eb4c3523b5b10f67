"""Social pension, the city's increment, health cards and funeral support. Technical note, section 7."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget.window import Window, law_path, on_grid
from bhxh_forecast.coverage.types import Array


def level(window: Window) -> Array:
    """Monthly amount set by the Government, (months, 1); before the law of 2024 the assistance standard."""
    pension = law_path(window.drivers, "sp.level_national")[window.months, None]
    return np.where(np.isnan(pension), window.law("sa.standard_national"), pension)


def recipients(window: Window) -> Array:
    """All people with a social pension, those of the city's extension included, (months, n)."""
    cover, months = window.coverage, window.months
    total = cover.social_pension_law[months] + cover.social_pension_poor[months]
    total += cover.social_pension_extension[months]
    return total


def national(window: Window) -> Array:
    """The Government's norm: by age and for poor and near-poor people, VND, (months, n)."""
    cover, months = window.coverage, window.months
    return on_grid((cover.social_pension_law[months] + cover.social_pension_poor[months]) * level(window))


def city_increment(window: Window, people: Array) -> Array:
    """The city's increment for everybody and the whole pension of its own extension, VND, (months, n)."""
    amount = people * window.law("sp.city_topup")
    amount += window.coverage.social_pension_extension[window.months] * level(window)
    return on_grid(amount)


def health_cards(window: Window, people: Array, salary: tuple[Array, Array, NDArray[np.int64]]) -> Array:
    """Health-insurance cards of those who have none otherwise, VND, (months, n); salary as in ``prices``."""
    enacted, factors, steps = salary
    amount = people * (window.law("hi.rate") * enacted[window.months, None])
    amount *= window.params["card_share"]
    if steps[window.stop - 1]:
        amount *= factors[steps[window.months]]
    return on_grid(amount)


def funeral(window: Window, people: Array) -> Array:
    """Funeral support of social pensioners only, VND, (months, n)."""
    unit = window.law("sp.funeral_support_min_multiple") * window.law("sa.standard_national") / 12.0
    amount = people * unit
    amount *= window.params["sp_mortality"]
    return on_grid(amount)
