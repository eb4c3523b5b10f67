"""Members who have used up their months of support: by year of entry, densities in closed form."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.timeline import Timeline, year_of

FIRST_CLASS = 2018  # support began in January 2018; who entered before counts from then


def months_able(line: Timeline, t: int, year: int) -> int:
    """Months in which a member of an entry class has been able to use support, month t included."""
    start = "2018-01" if year == FIRST_CLASS else f"{year}-07"
    return t - line.index(start) + 1


class BeyondCap:
    """Share of paid months beyond a cap of members who have been able to use support for so many months.

    A person's density is Beta(density c, (1 - density) c); weighting by months paid adds one to the first parameter.

    Parameters
    ----------
    density, concentration
        Mean density and its concentration between persons, (n,).
    """

    def __init__(self, density: Array, concentration: Array) -> None:
        self._a, self._b = density * concentration + 1.0, (1.0 - density) * concentration
        self._known: dict[float, Array] = {}  # classes and scenarios reach the same ratio again and again

    def __call__(self, cap: float, able: int) -> Array:
        """Return the share beyond the cap, (n,), where months able exceed the cap."""
        ratio = float(cap / able)
        if ratio not in self._known:
            from scipy.special import betainc

            self._known[ratio] = 1.0 - betainc(self._a, self._b, ratio)
        return self._known[ratio]


def capped_share(line: Timeline, members: Array, joiners: Array, cap: Array, beyond_cap: BeyondCap) -> Array:
    """Share of paid months that fall beyond the cap, (T, n).

    Parameters
    ----------
    members, joiners
        Members at the end of each month and joiners in it, persons (T, n).
    cap
        Months of support a person may have, NaN without a cap, (T,).
    beyond_cap
        The share by class.
    """
    result = np.zeros_like(members)
    bound = [t for t in range(len(members)) if months_able(line, t, FIRST_CLASS) > cap[t]]
    if not bound:
        return result
    years = year_of(line.months)
    stock = np.zeros((int(years[-1]) - FIRST_CLASS + 1, members.shape[1]))
    stock[0] = members[0]
    for t in range(1, bound[-1] + 1):
        classes = max(0, int(years[t]) - FIRST_CLASS) + 1
        stock[:classes] *= np.maximum(0.0, members[t] - joiners[t]) / members[t - 1]
        stock[classes - 1] += joiners[t]
        if t < bound[0]:
            continue
        beyond = np.zeros(members.shape[1])
        for k in range(classes):
            able = months_able(line, t, FIRST_CLASS + k)
            if able > cap[t]:
                beyond += stock[k] * beyond_cap(float(cap[t]), able)
        result[t] = beyond / stock[:classes].sum(axis=0)
    return result
