"""Why an estimate differs from the year before: factors that add up to the difference exactly.

One factor after the other, in a fixed order, month against the same month: people, months paid, the cap, the line,
the two shares. What the law moves to compulsory insurance and moves between groups are taken out of the people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.coverage.types import GROUPS, OTHER, Array
from bhxh_forecast.reporting.estimate.central import Block
from bhxh_forecast.reporting.estimate.policy import MEASURES, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTORS = (
    "persons",
    "transfer",
    "mix",
    "density",
    "cap",
    "line",
    "norm_share",
    "city_share",
    "prepaid",
    "pensioners",
    "pension_level",
    "cards_persons",
    "cards_level",
    "funeral",
    "measures",
)


@dataclass(frozen=True)
class Terms:
    """Members of all groups in the months of a year, (4, 12) each; ``base`` is contribution rate x line."""

    persons: Array
    density: Array
    within: Array
    base: Array
    norm: Array
    city: Array

    @classmethod
    def of(cls, members: Mapping[str, Block], year: int) -> Terms:
        """Read one year."""

        def stacked(values: Mapping[str, Array]) -> Array:
            return np.stack([values[g][members[g].years == year] for g in GROUPS])

        return cls(
            persons=stacked({g: b["persons"] for g, b in members.items()}),
            density=stacked({g: b.density for g, b in members.items()}),
            within=stacked({g: b.within for g, b in members.items()}),
            base=stacked({g: b["line"] * b["rate"] for g, b in members.items()}),
            norm=stacked({g: b["norm_share"] for g, b in members.items()}),
            city=stacked({g: b["city_share"] for g, b in members.items()}),
        )

    @property
    def share(self) -> Array:
        """Both shares together."""
        return self.norm + self.city

    @property
    def months(self) -> Array:
        """Supported person-months."""
        return self.persons * self.density * self.within


def member_effects(before: Terms, now: Terms, moved: Array) -> dict[str, tuple[float, float]]:
    """Person-months and VND by factor, summed over groups and months.

    Parameters
    ----------
    before, now
        The year before and the year.
    moved
        Members of *other* moved to compulsory insurance in the twelve months to each month, (12,).
    """
    rate = before.density * before.within
    unit = before.base * before.share
    people = now.persons - before.persons
    growth = before.persons * (now.persons.sum(axis=0) / before.persons.sum(axis=0) - 1.0)
    out = np.zeros_like(people)
    out[OTHER] = -moved
    steps: dict[str, Array] = {
        "persons": (growth - out) * rate,
        "transfer": out * rate,
        "mix": (people - growth) * rate,
        "density": now.persons * (now.density - before.density) * before.within,
        "cap": now.persons * now.density * (now.within - before.within),
    }
    found = {name: (float(m.sum()), float((m * unit).sum())) for name, m in steps.items()}
    months = now.months
    found["line"] = (0.0, float((months * (now.base - before.base) * before.share).sum()))
    found["norm_share"] = (0.0, float((months * now.base * (now.norm - before.norm)).sum()))
    found["city_share"] = (0.0, float((months * now.base * (now.city - before.city)).sum()))
    return found


def _block_effects(block: Block, year: int) -> tuple[float, float, float]:
    """Months, VND by number and VND by level for people with a fixed amount a month."""
    here, past = block.years == year, block.years == year - 1
    people = block["months_supported"][here] - block["months_supported"][past]
    unit = block["unit_norm"] + block["unit_city"]
    level = block["months_supported"][here] * (unit[here] - unit[past])
    return float(people.sum()), float((people * unit[past]).sum()), float(level.sum())


def bridge(policy: Policy, year: int) -> dict[str, tuple[float, float]]:
    """Person-months and VND by factor from the year before to a year; the amounts add to the difference."""
    central = policy.central
    at = central.members[GROUPS[0]].years == year
    found = member_effects(
        Terms.of(central.members, year - 1), Terms.of(central.members, year), central.moved[at]
    )
    ahead = [
        sum(b.sum(name, y) for b in central.prepaid.values() for name in names)
        for names in (("months_supported",), ("norm", "city"))
        for y in (year, year - 1)
    ]
    found["prepaid"] = (ahead[0] - ahead[1], ahead[2] - ahead[3])
    people = [_block_effects(block, year) for block in central.pensioners.values()]
    found["pensioners"] = (sum(p[0] for p in people), sum(p[1] for p in people))
    found["pension_level"] = (0.0, sum(p[2] for p in people))
    cards, funeral = _block_effects(central.cards, year), _block_effects(central.funerals, year)
    found["cards_persons"], found["cards_level"] = (cards[0], cards[1]), (0.0, cards[2])
    found["funeral"] = (funeral[0], funeral[1] + funeral[2])
    found["measures"] = (0.0, sum(policy.mean(m, year) - policy.mean(m, year - 1) for m in MEASURES))
    return {name: found[name] for name in FACTORS}


@dataclass(frozen=True)
class BaseAndNew:
    """A year at the terms in force at the end of the current year, and what is new, VND.

    Attributes
    ----------
    base
        Amount at those terms.
    line, shares, measures
        What the new line, changed shares or levels, and the scenario's measures add.
    """

    base: float
    line: float
    shares: float
    measures: float

    @property
    def total(self) -> float:
        """The whole amount."""
        return self.base + self.line + self.shares + self.measures


def base_and_new(policy: Policy, year: int) -> BaseAndNew:
    """Split a year into base and new; the current year is all base but for the measures."""
    central, total = policy.central, policy.proposed(year)
    measures = sum(policy.mean(name, year) for name in MEASURES)
    if year <= central.current:
        return BaseAndNew(total - measures, 0.0, 0.0, measures)
    now, then = Terms.of(central.members, year), Terms.of(central.members, central.current)
    base, share = then.base[:, -1:], then.share[:, -1:]
    line = float((now.months * (now.base - base) * share).sum())
    shares = float((now.months * now.base * (now.share - share)).sum())
    for block in (*central.pensioners.values(), central.funerals):
        unit = block["unit_norm"] + block["unit_city"]
        last = unit[block.years == central.current][-1]
        here = block.years == year
        shares += float((block["months_supported"][here] * (unit[here] - last)).sum())
    return BaseAndNew(total - line - shares - measures, line, shares, measures)


def base_changes(policy: Policy, year: int) -> dict[str, float]:
    """Why the base differs from the base of the year before, VND by factor; they add up exactly."""
    central = policy.central
    before, now = Terms.of(central.members, year - 1), Terms.of(central.members, year)
    then = Terms.of(central.members, central.current)
    if year - 1 > central.current:
        before = _at(before, then)
    now = _at(now, then)
    at = central.members[GROUPS[0]].years == year
    effects = member_effects(before, now, central.moved[at])
    whole = bridge(policy, year)
    found = {
        "up.persons": effects["persons"][1] + effects["mix"][1],
        "up.density": effects["density"][1],
        "up.level": sum(effects[name][1] for name in ("line", "norm_share", "city_share")),
        "up.prepaid": whole["prepaid"][1],
        "down.cap": effects["cap"][1],
        "down.transfer": effects["transfer"][1],
    }
    elders = [
        _base_change(block, year, central.current)
        for block in (*central.pensioners.values(), central.funerals)
    ]
    cards = central.cards.sum("norm", year) - central.cards.sum("norm", year - 1)
    found["up.pension"] = sum(elders) + cards
    return found


def _base_change(block: Block, year: int, current: int) -> float:
    """Change of the base of people with a fixed amount a month, VND."""
    unit = block["unit_norm"] + block["unit_city"]
    last, months = unit[block.years == current][-1], block["months_supported"]
    past = block.years == year - 1
    before = unit[past] if year - 1 <= current else last
    return float((months[block.years == year] * last).sum() - (months[past] * before).sum())


def _at(terms: Terms, then: Terms) -> Terms:
    """The same people at the last terms of another year."""
    fixed = {name: np.repeat(getattr(then, name)[:, -1:], 12, axis=1) for name in ("base", "norm", "city")}
    return Terms(terms.persons, terms.density, terms.within, **fixed)
