"""Lines beside the budget: others pay them, or nobody has said yet who does. Technical note, section 7."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.budget.prices import income_path
from bhxh_forecast.budget.window import Window, on_grid
from bhxh_forecast.coverage.types import Array


def maternity(window: Window) -> Array:
    """Maternity benefit of voluntary members who pay, VND, (months, n)."""
    amount = window.coverage.vsi_paying[window.months] * (window.law("vsi.maternity_benefit") / 12.0)
    amount *= window.params["maternity_rate"]
    return on_grid(amount)


def own_payments(window: Window, least: Array, received: Array) -> Array:
    """What voluntary members pay themselves, VND, (months, n), never below 0.

    Parameters
    ----------
    least
        Contribution on the rural poverty line, VND per month, (T,).
    received
        State and city support by month covered, (months, n).
    """
    paid = window.coverage.vsi_paying[window.months] * least[window.months, None]
    paid *= np.maximum(1.0, window.params["chosen_base_ratio"])
    on_grid(paid)
    paid -= received
    return np.maximum(paid, 0.0, out=paid)


def commission(window: Window, own: Array) -> Array:
    """Remuneration of collecting agents at the average cap, paid by the agency, VND, (months, n)."""
    return on_grid(own * window.law("agents.vsi_remuneration_avg_cap"))


def unemployment_support(window: Window, reference_income: Array) -> Array:
    """Ceiling of the State's support for the unemployment fund, VND, (months, n).

    ``reference_income`` is the income index of the month to which the wage base refers, (1, n).
    """
    amount = income_path(window.drivers, window.params["income_growth"], window.index)
    amount *= window.coverage.ui[window.months]
    amount *= window.law("ui.state_support_max")
    amount *= window.params["ui_wage_base"] / reference_income
    return on_grid(amount)
