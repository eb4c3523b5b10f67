"""What the city's own measures cost over the baseline: outreach, inspection, service.

Technical note, section 7. Unit costs are at prices of 2025 and follow consumer prices; a budget is money of the
day. A programme never costs less than nothing in a month.
"""

from __future__ import annotations

import numpy as np

from bhxh_forecast.budget.window import Window, on_grid
from bhxh_forecast.coverage.types import Array


def _cost(amount: Array) -> Array:
    return on_grid(np.maximum(amount, 0.0, out=amount))


def outreach(window: Window, price: Array) -> Array:
    """Spending above the agency's own, contacts, assisted registration and reminders, VND, (months, n).

    ``price`` is the price level over that of 2025, (months, n).
    """
    params, amount = window.params, window.zeros()
    contacts, reminders = window.change("outreach.contacts"), window.change("outreach.reminders")
    assisted = window.product_change("outreach.contacts", "outreach.assisted_registration")
    if contacts.any() or assisted.any():
        amount += contacts * params["cost_per_contact"] + assisted * params["cost_per_assisted"]
    if reminders.any():  # one reminder a quarter
        amount += reminders * window.before(window.coverage.members) * (params["cost_per_reminder"] / 3.0)
    amount *= price
    amount += window.change("outreach.budget")
    return _cost(amount)


def inspection(window: Window, price: Array) -> Array:
    """Inspections, notices and data matching over the baseline, VND, (months, n)."""
    params, amount = window.params, window.zeros()
    visits, notices = window.change("compliance.inspections"), window.change("compliance.notices")
    matching = window.change("compliance.data_matching")
    if visits.any() or matching.any():
        amount += visits * params["cost_per_inspection"] + matching * (params["cost_data_matching"] / 12.0)
    if notices.any():
        amount += notices / 12.0 * window.before(window.coverage.employees) * params["cost_per_notice"]
    amount *= price
    return _cost(amount)


def service(window: Window, price: Array) -> Array:
    """Online services and effort for satisfaction over the baseline, VND, (months, n)."""
    params, amount = window.params, window.zeros()
    online, effort = window.change("service.online_share"), window.change("service.satisfaction_effort")
    if online.any() or effort.any():
        amount += online * (params["cost_online"] / 12.0) + effort * (params["cost_satisfaction"] / 12.0)
        amount *= price
    return _cost(amount)
