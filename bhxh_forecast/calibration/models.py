"""Log values at the dates of the figures, and their slopes in the latent path, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bhxh_forecast.calibration.path import Model
from bhxh_forecast.coverage.old_age import reorganisation_pensions
from bhxh_forecast.coverage.types import OTHER, Array, Drivers
from bhxh_forecast.coverage.voluntary import monthly_lapse, start, step
from bhxh_forecast.coverage.voluntary_types import COHORTS, VoluntaryContext
from bhxh_forecast.timeline import Timeline


def log_model(base: Array, at: Sequence[int]) -> Model:
    """Ln value = base(t) + path(t); ``base`` (T, n)."""

    def model(path: Array) -> tuple[Array, Array]:
        slopes = np.zeros((len(at), *path.shape))
        for k, t in enumerate(at):
            slopes[k, t] = 1.0
        return base[list(at)] + path[list(at)], slopes

    return model


def logit_model(log_pool: Array, logit: Array, at: Sequence[int]) -> Model:
    """Value = pool(t) sigma(logit(t) + path(t)); both (T, n)."""

    def model(path: Array) -> tuple[Array, Array]:
        slopes = np.zeros((len(at), *path.shape))
        values = np.empty((len(at), path.shape[1]))
        for k, t in enumerate(at):
            odds = np.exp(-(logit[t] + path[t]))
            values[k] = log_pool[t] - np.log1p(odds)
            slopes[k, t] = odds / (1.0 + odds)
        return values, slopes

    return model


def employment_model(log_pool: Array, logit: Array, at: Sequence[int], insured_at: Sequence[int]) -> Model:
    """Compulsory participants pool sigma(logit + z), and those of them insured against unemployment, times sigma(v).

    The path holds z, then v; ``log_pool`` and ``logit`` are (T, n).
    """

    def model(path: Array) -> tuple[Array, Array]:
        half, n = len(path) // 2, path.shape[1]
        count = len(at) + len(insured_at)
        values, slopes = np.empty((count, n)), np.zeros((count, *path.shape))
        for k, t in enumerate([*at, *insured_at]):
            odds = np.exp(-(logit[t] + path[t]))
            values[k] = log_pool[t] - np.log1p(odds)
            slopes[k, t] = odds / (1.0 + odds)
            if k >= len(at):
                odds = np.exp(-path[half + t])
                values[k] -= np.log1p(odds)
                slopes[k, half + t] = odds / (1.0 + odds)
        return values, slopes

    return model


def voluntary_model(ctx: VoluntaryContext, members: Array, peak: Array, at: Sequence[int]) -> Model:
    """Published voluntary count under entry noise; slopes follow joiners to the dates they are counted.

    The slopes leave out returns of those who lapsed and the pull of members on later entry (a few percent): the values
    in the weight are exact, the volume factor of the change of coordinates rests on these slopes.
    """

    def model(path: Array) -> tuple[Array, Array]:
        state = start(members, ctx)
        here = np.zeros_like(path)  # joiners of each month who are still members
        values, slopes = np.empty((len(at), path.shape[1])), np.zeros((len(at), *path.shape))
        wanted = {t: k for k, t in enumerate(at)}
        for t in range(1, max(at) + 1):
            flows = step(state, ctx, t, path[t])
            first, later = (np.broadcast_to(h, flows.joiners.shape)[OTHER] for h in monthly_lapse(ctx, t))
            young = max(1, t - COHORTS)
            here[1:young] *= np.exp(-(later + ctx.leave_later[t]))
            here[young:t] *= np.exp(-(first + ctx.leave_first[t]))
            here[t] = flows.joiners.sum(axis=0)
            if t in wanted:
                total = flows.members.sum(axis=0)
                values[wanted[t]] = np.log(total * (1.0 + peak[t]))
                slopes[wanted[t], : t + 1] = here[: t + 1] / total
        return values, slopes

    return model


def pension_model(
    line: Timeline, drivers: Drivers, p: dict[str, Array], crossing: Array, at: Sequence[int]
) -> Model:
    """Recipients of pensions and monthly benefits under monthly shocks."""
    stay = np.exp(-p["pension_exit"] / 12.0)
    spread = p["pension_noise_sd"] / np.sqrt(12.0)
    inflow = p["pension_other_inflow"] / 12.0
    early = reorganisation_pensions(line)
    rule15 = drivers.law["pension.min_contribution_years"] == 15
    wanted = {t: k for k, t in enumerate(at)}

    def model(path: Array) -> tuple[Array, Array]:
        stock, touched = p["pension_start"].copy(), np.zeros_like(path)
        values, slopes = np.empty((len(at), path.shape[1])), np.zeros((len(at), *path.shape))
        for t in range(1, max(at) + 1):
            take = p["pension_take"] * (1.0 + p["pension_rule15"]) if rule15[t] else p["pension_take"]
            growth = stay + inflow + spread * path[t]
            touched[:t] *= growth
            touched[t] = spread * stock
            stock = stock * growth + crossing[t - 1] * take + p["reorg_pensions"] * early[t]
            if t in wanted:
                values[wanted[t]] = np.log(stock)
                slopes[wanted[t]] = touched / stock
        return values, slopes

    return model


def employment_values(
    employees: Array, insured: Array, at: Sequence[int], insured_at: Sequence[int]
) -> tuple[Array, Array]:
    """Log values of compulsory participants (T, n) and of those insured, whose logit is ``insured`` (T, n)."""
    log, share = np.log(employees[[*at]]), -np.log1p(np.exp(-insured[[*insured_at]]))
    return log, np.log(employees[[*insured_at]]) + share


def pension_values(
    line: Timeline, drivers: Drivers, p: dict[str, Array], crossing: Array, zeta: Array, at: Sequence[int]
) -> Array:
    """Log recipients of pensions and monthly benefits under monthly shocks, (K, n)."""
    steady = np.exp(-p["pension_exit"] / 12.0) + p["pension_other_inflow"] / 12.0
    spread, early = p["pension_noise_sd"] / np.sqrt(12.0), reorganisation_pensions(line)
    rule15 = drivers.law["pension.min_contribution_years"] == 15
    stock, values = p["pension_start"].copy(), {}
    for t in range(1, max(at) + 1):
        take = p["pension_take"] * (1.0 + p["pension_rule15"]) if rule15[t] else p["pension_take"]
        stock = stock * (steady + spread * zeta[t]) + crossing[t - 1] * take + p["reorg_pensions"] * early[t]
        if t in at:
            values[t] = np.log(stock)
    return np.stack([values[t] for t in at])


def voluntary_values(
    ctx: VoluntaryContext, members: Array, peak: Array, noise: Array, at: Sequence[int]
) -> Array:
    """Log published voluntary count under entry noise (T, n), (K, n)."""
    state, values = start(members, ctx), {}
    for t in range(1, max(at) + 1):
        total = step(state, ctx, t, noise[t]).members
        if t in at:
            values[t] = np.log(total.sum(axis=0) * (1.0 + peak[t]))
    return np.stack([values[t] for t in at])
