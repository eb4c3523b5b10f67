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


def capped_share(
    line: Timeline, members: Array, joiners: Array, cap: Array, density: Array, concentration: Array
) -> Array:
    """Share of paid months that fall beyond the cap, (T, n).

    A person's density is Beta(density c, (1 - density) c); weighting by months paid adds one to the first parameter.

    Parameters
    ----------
    members, joiners
        Members at the end of each month and joiners in it, persons (T, n).
    cap
        Months of support a person may have, NaN without a cap, (T,).
    density, concentration
        Mean density and its concentration between persons, (n,).
    """
    result = np.zeros_like(members)
    bound = [t for t in range(len(members)) if months_able(line, t, FIRST_CLASS) > cap[t]]
    if not bound:
        return result
    from scipy.special import betainc

    years = year_of(line.months)
    stock = np.zeros((int(years[-1]) - FIRST_CLASS + 1, members.shape[1]))
    stock[0] = members[0]
    a, b = density * concentration + 1.0, (1.0 - density) * concentration
    beyond_cap: dict[
        float, Array
    ] = {}  # by the cap over the months able: classes reach the same one year after year
    for t in range(1, len(members)):
        stock *= np.maximum(0.0, members[t] - joiners[t]) / members[t - 1]
        stock[max(0, int(years[t]) - FIRST_CLASS)] += joiners[t]
        if t < bound[0]:
            continue
        beyond = np.zeros_like(density)
        for k in range(len(stock)):
            able = months_able(line, t, FIRST_CLASS + k)
            if able > cap[t]:
                ratio = float(cap[t] / able)
                if ratio not in beyond_cap:
                    beyond_cap[ratio] = 1.0 - betainc(a, b, ratio)
                beyond += stock[k] * beyond_cap[ratio]
        result[t] = beyond / stock.sum(axis=0)
    return result
