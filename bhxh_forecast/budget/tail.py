"""What the cap of support leaves open after the last year: months that present members may still use."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.cap import FIRST_CLASS, months_able
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.timeline import Timeline, year_of


def entry_classes(line: Timeline, stock: Array, joiners: Array) -> Array:
    """Members at the end by year of entry, from the first year of support; exits fall on all classes alike.

    Parameters
    ----------
    stock, joiners
        Members at the end of each month and joiners in it on the central projection, persons (T,).
    """
    years = year_of(line.months)
    classes = np.zeros(int(years[-1]) - FIRST_CLASS + 1)
    classes[0] = stock[0]
    for t in range(1, len(stock)):
        classes *= max(0.0, float(stock[t] - joiners[t])) / float(stock[t - 1])
        classes[max(0, int(years[t]) - FIRST_CLASS)] += joiners[t]
    return classes


def open_months(
    line: Timeline, stock: Array, joiners: Array, cap: float, density: float, concentration: float
) -> float:
    """Supported months that members at the end of the run have not used, if each uses all of them, person-months.

    A person's density is Beta(density c, (1 - density) c), as in `bhxh_forecast.coverage.cap`. NaN without a cap.
    An upper bound of the tail: members who leave and do not come back use fewer.
    """
    if np.isnan(cap):
        return float("nan")
    from scipy.special import betainc

    a, b = density * concentration, (1.0 - density) * concentration
    total = 0.0
    for k, people in enumerate(entry_classes(line, stock, joiners)):
        able = months_able(line, len(stock) - 1, FIRST_CLASS + k)
        ratio = min(1.0, cap / able)
        left = cap * betainc(a, b, ratio) - able * density * betainc(a + 1.0, b, ratio)
        total += float(people) * max(0.0, float(left))
    return total
