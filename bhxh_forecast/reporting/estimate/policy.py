"""Annual amounts by line of the estimate, and as they are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.budget_cuts import chosen, cut, totals
from bhxh_forecast.reporting.estimate.central import PENSIONERS, Central
from bhxh_forecast.reporting.estimate.rounding import top_down

if TYPE_CHECKING:
    import pandas as pd

    from bhxh_forecast.reporting.page import Page

MILLION = 1e6
Made = TypeVar("Made")
MEASURES = ("outreach", "inspection", "service")
MEMO = ("vsi_maternity", "participant_contributions", "agents_commission", "ui_state_support")
LEAVES = (
    *(f"vsi_norm.{g}" for g in GROUPS),
    *(f"vsi_city.{g}" for g in GROUPS),
    *(f"sp_norm.{g}" for g in PENSIONERS[:2]),
    *(f"sp_city.{g}" for g in PENSIONERS),
    "funeral",
    "cards",
    *MEASURES,
)
PARENTS = {
    "vsi_norm": "vsi",
    "vsi_city": "vsi",
    "sp_norm": "sp",
    "sp_city": "sp",
    "vsi": "social_protection",
    "sp": "social_protection",
    "funeral": "social_protection",
    "cards": "health",
    **dict.fromkeys(MEASURES, "other"),
    "social_protection": "total",
    "health": "total",
    "other": "total",
}
PROGRAMME_OF = {
    "vsi_norm": "vsi_state_support",
    "vsi_city": "vsi_city_top_up",
    "sp_norm": "social_pension",
    "sp_city": "social_pension_city_increment",
    "funeral": "funeral_support",
    "cards": "health_cards",
    **{name: name for name in MEASURES},
}
NORMS = ("vsi_norm", "sp_norm", "funeral", "cards")  # what the Government sets and the local budget pays


def branch(leaf: str) -> str:
    """The line above a leaf, or the leaf itself where it is a programme."""
    return leaf.split(".")[0]


def children(line: str) -> list[str]:
    """Lines right below a line.

    Examples
    --------
    >>> children("vsi")
    ['vsi_norm', 'vsi_city']
    """
    leaves = [leaf for leaf in LEAVES if "." in leaf and branch(leaf) == line]
    return leaves or [name for name, parent in PARENTS.items() if parent == line]


def ancestors(name: str) -> list[str]:
    """The lines above a line, from the nearest to the total.

    Examples
    --------
    >>> ancestors("vsi_norm.poor")
    ['vsi_norm', 'vsi', 'social_protection', 'total']
    """
    found = [name.split(".")[0]] if "." in name else []
    at = found[-1] if found else name
    while at in PARENTS:
        at = PARENTS[at]
        found.append(at)
    return found


BELOW = {
    line: children(line)
    for line in (
        "total",
        "social_protection",
        "health",
        "other",
        "vsi",
        "sp",
        "vsi_norm",
        "vsi_city",
        "sp_norm",
        "sp_city",
    )
}


def with_sums(leaves: Mapping[str, float]) -> dict[str, float]:
    """Leaves and every line above them."""
    result = dict(leaves)
    for leaf, value in leaves.items():
        for name in ancestors(leaf):
            result[name] = result.get(name, 0.0) + value
    return result


class Policy:
    """Amounts of the central projection by line and year, VND, in the headline's recognition."""

    def __init__(self, central: Central) -> None:
        self.central = central
        self.page: Page = central.page
        self._leaves: dict[int, dict[str, float]] = {}
        self._kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What is asked for again in another document of the same estimate is made once."""
        if name not in self._kept:
            self._kept[name] = make()
        found: Made = self._kept[name]
        return found

    @cached_property
    def budget(self) -> pd.DataFrame:
        """The budget table at current prices in the headline's recognition."""
        return chosen(self.page.table("budget"))

    @cached_property
    def _means(self) -> dict[tuple[str, int], float]:
        tables = (cut(self.budget, "programme"), cut(self.budget, "programme", memo=True))
        return {
            (str(n), int(str(y))): float(v)
            for table in tables
            for y, c in table.items()
            for n, v in c.items()
        }

    @cached_property
    def _risk(self) -> dict[tuple[str, int, str], float]:
        rows = self.budget[(self.budget["funding_source"] == "all") & (self.budget["programme"] != "total")]
        found: dict[tuple[str, int, str], float] = {}
        for name, table in [
            ("total", totals(self.budget)),
            *((str(n), t) for n, t in rows.groupby("programme")),
        ]:
            for row in table.to_dict("records"):
                found |= {
                    (name, int(row["fiscal_year"]), m): float(row[m]) for m in ("p10", "p50", "p80", "p90")
                }
        return found

    def risk(self, programme: str, year: int, measure: str) -> float | None:
        """A quantile of a programme's cost, or of the ``total``, VND; None where there is none."""
        return self._risk.get((programme, year, measure))

    @cached_property
    def sufficiency(self) -> pd.DataFrame:
        """Odds that an amount suffices."""
        return self.page.table("sufficiency")

    def leaves(self, year: int) -> dict[str, float]:
        """Amount by leaf, VND; measures come from the budget table, all others from people x months x unit cost."""
        if year not in self._leaves:
            self._leaves[year] = self._computed(year)
        return dict(self._leaves[year])

    def _computed(self, year: int) -> dict[str, float]:
        central, found = self.central, dict.fromkeys(LEAVES, 0.0)
        for group in GROUPS:
            for side in ("norm", "city"):
                blocks = (central.members[group], central.prepaid[group])
                found[f"vsi_{side}.{group}"] = sum(block.sum(side, year) for block in blocks)
        for group, block in central.pensioners.items():
            found[f"sp_city.{group}"] = block.sum("city", year)
            if group != "city_extension":
                found[f"sp_norm.{group}"] = block.sum("norm", year)
        found["funeral"], found["cards"] = central.funerals.sum("norm", year), central.cards.sum("norm", year)
        for name in MEASURES:
            found[name] = self.mean(name, year)
        return found

    def mean(self, programme: str, year: int) -> float:
        """Mean cost of a programme in the budget table, 0 where it does not stand."""
        return self._means.get((programme, year), 0.0)

    def amounts(self, year: int) -> dict[str, float]:
        """Every line, VND."""
        return with_sums(self.leaves(year))

    def printed(self, year: int) -> dict[str, float]:
        """Every line in million VND, the total rounded, the lines below it adding to it."""
        return self._printed[year]

    @cached_property
    def _printed(self) -> dict[int, dict[str, float]]:
        return {
            year: top_down({name: v / MILLION for name, v in self.amounts(year).items()}, BELOW)
            for year in (self.central.current - 1, *self.central.years)
        }

    def proposed(self, year: int) -> float:
        """The amount proposed: the total of the central projection, VND."""
        return self.amounts(year)["total"]


def lines(names: Iterable[str]) -> list[str]:
    """Those of the names that are lines of the estimate with an amount."""
    known = {*LEAVES, *PARENTS, "total"}
    return [name for name in names if name in known]
