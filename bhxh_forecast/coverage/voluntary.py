"""Voluntary insurance month by month: joiners, first tenure, lapse, return, moves between groups, locked months.

Equations: docs/technical-note.md, section 5. Arrays hold one month of all draws contiguously: (n,), by group (4, n),
by months since joining and group (12, 4, n).
"""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.types import NEAR, OTHER, POOR, Array
from bhxh_forecast.coverage.voluntary_types import Flows, VoluntaryContext, VoluntaryState

COHORTS = 12


def start(members: Array, ctx: VoluntaryContext) -> VoluntaryState:
    """Stocks of December 2015 from the number of members (n,)."""
    groups = members * ctx.share[0]
    first = ctx.start_first * groups / COHORTS
    cohorts = np.broadcast_to(first, (COHORTS, *first.shape)).copy()
    state = VoluntaryState(
        cohorts, (1.0 - ctx.start_first) * groups, ctx.start_dormant * groups, np.zeros_like(groups)
    )
    state.penetration = [members / ctx.eligible[0]] * COHORTS
    return state


def move_groups(state: VoluntaryState, before: Array, now: Array) -> None:
    """Move members between *other* and poor or near-poor as the shares of the eligible change (4, n)."""
    if np.array_equal(before, now):
        return
    rise = now - before
    out_of_other = {
        g: np.minimum(1.0, np.maximum(0.0, rise[g]) / np.maximum(before[OTHER], 1e-12)) for g in (POOR, NEAR)
    }
    back = {
        g: np.minimum(1.0, np.maximum(0.0, -rise[g]) / np.maximum(before[g], 1e-12)) for g in (POOR, NEAR)
    }
    for stock in (state.cohorts, state.established, state.dormant):  # prepaid months keep their group
        other = stock[..., OTHER, :].copy()
        for g in (POOR, NEAR):
            gain = out_of_other[g] * other
            loss = back[g] * stock[..., g, :]
            stock[..., g, :] += gain - loss
            stock[..., OTHER, :] += loss - gain


def log_hazard(ctx: VoluntaryContext, t: int, noise: Array, total: Array, lagged: Array) -> Array:
    """Log monthly entry hazard by group (4, n); ``total`` = P(t-1), ``lagged`` = P(t-12)/E(t-12)."""
    common = ctx.base[t] + noise
    common += np.log1p(ctx.imitation * (100.0 * lagged))
    if ctx.assisted_reach[t] > 0.0:
        open_pool = np.maximum(1.0, ctx.eligible[t] - total)
        common += np.log1p(ctx.assist_gain * np.minimum(1.0, ctx.assisted_reach[t] / open_pool))
    if not np.isnan(ctx.assigned[t]):
        gap = np.maximum(0.0, np.log(ctx.assigned[t] / total))
        common += ctx.pressure * (gap - ctx.pressure_reference)
    result: Array = ctx.price_weight * ctx.price[t]
    result += ctx.offset
    result += common
    return result


def joiners(ctx: VoluntaryContext, t: int, noise: Array, state: VoluntaryState) -> Array:
    """Joiners of the month by group (4, n), at most the eligible who are neither members nor dormant."""
    groups = state.members()
    total = groups.sum(axis=0)
    room = np.maximum(0.0, ctx.eligible[t] * ctx.share[t] - groups - state.dormant)
    hazard = np.exp(log_hazard(ctx, t, noise, total, state.penetration[0]))
    new: Array = -np.expm1(-hazard) * room
    if np.any(ctx.direct[t] > 0.0):
        open_pool = np.maximum(1.0, ctx.eligible[t] - total)
        new += np.maximum(0.0, ctx.direct[t]) * room / open_pool
        np.minimum(new, room, out=new)
    return new


def monthly_lapse(ctx: VoluntaryContext, t: int) -> tuple[Array, Array]:
    """Monthly lapse hazards of first tenure and established members, (4, n) or (n,) when no price rose.

    -ln(1 - sigma(z)) = ln(1 + exp(z)), so that the annual share needs no logistic function.
    """
    scale = ctx.lapse_scale[t] / 12.0
    if np.any(ctx.price_rise[t] > 0.0):
        rise = np.exp(ctx.pulse * ctx.price_rise[t])
        return np.log1p(ctx.first * rise) * scale, np.log1p(ctx.later * rise) * scale
    return np.log1p(ctx.first) * scale, np.log1p(ctx.later) * scale


def exits(stock: Array, lapse: Array, other: Array) -> tuple[Array, Array]:
    """Survival factor and the persons who lapse when lapse competes with the other exits of the month."""
    total = lapse + other
    keep = np.exp(-total)
    return keep, stock * (lapse / total) * (1.0 - keep)


def step(state: VoluntaryState, ctx: VoluntaryContext, t: int, noise: Array) -> Flows:
    """Advance the stocks by one month in place and return its flows."""
    move_groups(state, ctx.share[t - 1], ctx.share[t])
    new = joiners(ctx, t, noise, state)
    if np.any(ctx.transfer[t] > 0.0):
        for stock in (state.cohorts, state.established, state.dormant):
            stock[..., OTHER, :] *= 1.0 - ctx.transfer[t]
    lapse_first, lapse_later = monthly_lapse(ctx, t)
    keep_first, lapsers = exits(state.cohorts.sum(axis=0), lapse_first, ctx.leave_first[t])
    keep_later, lapsed_later = exits(state.established, lapse_later, ctx.leave_later[t])
    lapsers += lapsed_later
    state.cohorts *= keep_first
    state.established *= keep_later
    state.dormant *= np.exp(-ctx.dormant_exit)
    state.dormant += lapsers
    returning = state.dormant * (1.0 - np.exp(-ctx.back))
    state.dormant -= returning
    state.established += returning
    state.established += state.cohorts[-1]
    state.cohorts[1:] = state.cohorts[:-1].copy()
    state.cohorts[0] = new
    state.established[OTHER] += ctx.separated[t]
    lock(state, ctx, t)
    groups = state.members()
    state.penetration = [*state.penetration[1:], groups.sum(axis=0) / ctx.eligible[t]]
    return Flows(new, lapsers, groups)


def lock(state: VoluntaryState, ctx: VoluntaryContext, t: int) -> None:
    """Prepayment in the month before a new line, and the return when the paid-to date is reached."""
    if ctx.lock_month is None or t < ctx.lock_month:
        return
    if t == ctx.lock_month:
        state.locked = ctx.rush * state.established
        state.established -= state.locked
        return
    ends = ctx.unlock_month == t
    if np.any(ends):
        freed = np.where(ends, state.locked, 0.0)
        state.established += freed
        state.locked -= freed
