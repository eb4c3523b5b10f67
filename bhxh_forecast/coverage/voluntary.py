"""Voluntary insurance month by month: joiners, first tenure, lapse, return, moves between groups, locked months.

Equations: docs/technical-note.md, section 5. Arrays hold one month of all draws contiguously: (n,), by group (4, n),
by months since joining and group (12, 4, n).
"""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.types import NEAR, OTHER, POOR, Array
from bhxh_forecast.coverage.voluntary_types import COHORTS, SMALLEST, Flows, VoluntaryContext, VoluntaryState


def start(members: Array, ctx: VoluntaryContext) -> VoluntaryState:
    """Stocks of December 2015 from the number of members (n,)."""
    groups = members * ctx.share[0]
    first = ctx.start_first * groups / COHORTS
    cohorts = np.broadcast_to(first, (COHORTS, *first.shape)).copy()
    state = VoluntaryState.of(cohorts, (1.0 - ctx.start_first) * groups, ctx.start_dormant * groups)
    state.penetration = [members / ctx.eligible[0]] * COHORTS
    return state


def move_groups(state: VoluntaryState, before: Array, now: Array) -> None:
    """Move members between *other* and poor or near-poor as the shares of the eligible change (4, n)."""
    rise = now - before
    if not rise.any():
        return
    back = {g: moved_share(-rise[g], before[g]) for g in (POOR, NEAR)}
    out = {g: moved_share(rise[g], before[OTHER]) for g in (POOR, NEAR)}
    if any(share.any() for share in out.values()):
        state.settle()
        for stock in (state.entries, state.established, state.dormant):  # prepaid months keep their group
            exchange(stock, back, out)
        return
    for g, share in back.items():
        state.entries[:, OTHER] += state.entries[:, g] * (share * state.scale[g] / state.scale[OTHER])
        state.scale[g] *= 1.0 - share
        for stock in (state.established, state.dormant):
            stock[OTHER] += share * stock[g]
            stock[g] *= 1.0 - share


def moved_share(change: Array, stock: Array) -> Array:
    """Share of a group that leaves it when the share of the eligible in it changes by so much, (n,)."""
    result: Array = np.minimum(1.0, np.maximum(0.0, change) / np.maximum(stock, 1e-12))
    return result


def exchange(stock: Array, back: dict[int, Array], out: dict[int, Array]) -> None:
    """Move a stock (..., 4, n) both ways in place; every move is measured before any is made."""
    other = stock[..., OTHER, :].copy()
    for g in (POOR, NEAR):
        gain, loss = out[g] * other, back[g] * stock[..., g, :]
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


def joiners(ctx: VoluntaryContext, t: int, noise: Array, state: VoluntaryState, groups: Array) -> Array:
    """Joiners of the month by group (4, n), at most the eligible who are neither members ``groups`` nor dormant."""
    total = groups.sum(axis=0)
    room = ctx.eligible[t] * ctx.share[t]
    room -= groups
    room -= state.dormant
    np.maximum(0.0, room, out=room)
    hazard = log_hazard(ctx, t, noise, total, state.penetration[0])
    np.exp(hazard, out=hazard)
    np.negative(hazard, out=hazard)
    new: Array = np.expm1(hazard, out=hazard)
    new *= room
    np.negative(new, out=new)
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
    gone = stock * (lapse / total)
    gone *= 1.0 - keep
    return keep, gone


def step(state: VoluntaryState, ctx: VoluntaryContext, t: int, noise: Array) -> Flows:
    """Advance the stocks by one month in place and return its flows."""
    move_groups(state, ctx.share[t - 1], ctx.share[t])
    young = state.first_tenure()
    new = joiners(ctx, t, noise, state, young + state.established + state.locked)
    if np.any(ctx.transfer[t] > 0.0):
        for stock in (state.scale, young, state.established, state.dormant):
            stock[OTHER] *= 1.0 - ctx.transfer[t]
    lapse_first, lapse_later = monthly_lapse(ctx, t)
    keep_first, lapsers = exits(young, lapse_first, ctx.leave_first[t])
    keep_later, lapsed_later = exits(state.established, lapse_later, ctx.leave_later[t])
    lapsers += lapsed_later
    state.scale *= keep_first
    young *= keep_first
    state.established *= keep_later
    state.dormant *= ctx.dormant_keep
    state.dormant += lapsers
    returning = state.dormant * ctx.return_share
    state.dormant -= returning
    state.established += returning
    if state.scale.min() < SMALLEST:
        state.settle()
    graduates = state.graduate(new)
    state.established += graduates
    state.established[OTHER] += ctx.separated[t]
    lock(state, ctx, t)
    young += new
    young -= graduates
    young += state.established
    young += state.locked
    state.penetration = [*state.penetration[1:], young.sum(axis=0) / ctx.eligible[t]]
    return Flows(new, lapsers, young)


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
