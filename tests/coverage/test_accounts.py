"""People add up in every draw: nobody appears, vanishes or counts less than nothing."""

from dataclasses import fields

import numpy as np
import pytest

from bhxh_forecast.coverage.convert import hazard
from bhxh_forecast.coverage.types import OTHER, CoverageBlock
from bhxh_forecast.coverage.voluntary import monthly_lapse, move_groups, start, step
from tests.draws import shipped, small_engine

SERIES = [field.name for field in fields(CoverageBlock) if field.name != "extra"]


@pytest.fixture(scope="module")
def engine():
    return small_engine(64)


def inside(state):
    """Members and dormant members, (n,)."""
    return state.members().sum(axis=0) + state.dormant.sum(axis=0)


def exits(before, ctx, p, t):
    """People who leave voluntary insurance for good in a month, (n,), cause by cause from the stocks before it."""
    stocks = {"first": before.cohorts.sum(axis=0), "later": before.established, "dormant": before.dormant}
    moved = sum(ctx.transfer[t] * stock[OTHER] for stock in stocks.values())
    for stock in stocks.values():
        stock[OTHER] = stock[OTHER] * (1 - ctx.transfer[t])
    other = {"first": ctx.leave_first[t], "later": ctx.leave_later[t]}
    gone = moved + (stocks["dormant"] * -np.expm1(-hazard(p["dormant_exit"]))).sum(axis=0)
    for (name, leave), lapse in zip(other.items(), monthly_lapse(ctx, t), strict=True):
        every = lapse + leave
        gone = gone + (stocks[name] * leave / every * -np.expm1(-every)).sum(axis=0)
    return gone


@pytest.mark.parametrize("scenario", ["current_policy", "combined", "law_2014"])
def test_members_and_dormant_change_by_joiners_separations_and_exits(engine, scenario):
    block, drivers = engine.block, engine.drivers(scenario)
    ctx = block.stage.context(drivers)
    state = start(block.params["vsi_start"], ctx)
    for t in range(1, len(engine.line.months)):
        before = state.copy()
        total = inside(before)
        move_groups(before, ctx.share[t - 1], ctx.share[t])
        assert inside(before) == pytest.approx(total, rel=1e-12)  # moves between groups lose nobody
        flows = step(state, ctx, t, block.paths.u[t])
        entered = flows.joiners.sum(axis=0) + ctx.separated[t]
        expected = total + entered - exits(before, ctx, block.params, t)
        assert inside(state) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("scenario", shipped())
def test_nobody_is_negative_and_no_stock_exceeds_its_pool(scenario):
    c = small_engine(256).scenario(scenario)
    for name in SERIES:
        assert np.isfinite(getattr(c, name)).all(), name
        assert (getattr(c, name) >= 0).all(), name
    assert c.group_members.sum(axis=1) == pytest.approx(c.members, rel=1e-12)
    assert c.group_share.sum(axis=1) == pytest.approx(np.ones_like(c.members), rel=1e-12)
    assert (c.group_locked <= c.group_members).all()
    assert (c.members <= c.eligible).all()
    assert (c.vsi_paying <= c.members).all()
    assert (c.ui <= c.employees).all()
    assert (c.csi == c.employees + c.household_business + c.other_groups).all()
    assert (c.capped_share <= 1).all()


def test_employees_never_exceed_liable_jobs(engine):
    for scenario in ("current_policy", "compliance_drive", "combined"):
        assert (engine.scenario(scenario).employees < engine.block.pools.liable).all()
