"""People of a page by draw, computed once for its pictures and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from bhxh_forecast.analysis.people_draws import MOST, PeopleDraws
from bhxh_forecast.analysis.pools import pool_table

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page
    from bhxh_forecast.reporting.run_tables import RunTables

_POOLS: WeakKeyDictionary[RunTables, dict[str, pd.DataFrame]] = WeakKeyDictionary()
_MADE: WeakKeyDictionary[RunTables, dict[str, PeopleDraws]] = WeakKeyDictionary()


def people_of(page: Page) -> PeopleDraws:
    """The first draws of the page's run and world (at most 2,000)."""
    made = _MADE.setdefault(page.run, {})
    if page.world not in made:
        facts = page.run.manifest
        draws = min(int(facts["draws"]), MOST)
        seed, until = int(facts["seed"]), page.until
        made[page.world] = PeopleDraws.of(page.inputs, world=page.world, draws=draws, seed=seed, until=until)
    return made[page.world]


def pools_of(page: Page) -> pd.DataFrame:
    """Pools of the page's run and world in the same draws: see `analysis.pools.pool_table`."""
    made = _POOLS.setdefault(page.run, {})
    if page.world not in made:
        facts = page.run.manifest
        draws, seed = min(int(facts["draws"]), MOST), int(facts["seed"])
        made[page.world] = pool_table(page.inputs, world=page.world, draws=draws, seed=seed, until=page.until)
    return made[page.world]


def remember_pools(run: RunTables, world: str, pools: pd.DataFrame) -> None:
    """Let the pages of a run show pools that are there already."""
    _POOLS.setdefault(run, {})[world] = pools


def remember(run: RunTables, world: str, people: PeopleDraws) -> None:
    """Let the pages of a run show draws that are there already."""
    _MADE.setdefault(run, {})[world] = people
