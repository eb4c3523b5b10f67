"""A small made-up place on the law's real dates: deterministic people, arbitrary but distinct unit costs."""

from __future__ import annotations

from datetime import date

import numpy as np

from bhxh_forecast.coverage.types import CoverageBlock, Drivers
from bhxh_forecast.timeline import Timeline

LINE = Timeline(date(2026, 7, 15), 2030)
T = LINE.months.size
BASELINE = {
    "outreach.budget": 5e8,
    "outreach.contacts": 1000.0,
    "outreach.assisted_registration": 0.0,
    "outreach.reminders": 0.0,
    "compliance.inspections": 50.0,
    "compliance.notices": 0.1,
    "compliance.data_matching": 0.0,
    "service.online_share": 0.7,
    "service.satisfaction_effort": 0.0,
}
PARAMS = {
    "base_salary_growth": 0.06,
    "card_share": 0.4,
    "chosen_base_ratio": 1.3,
    "cost_data_matching": 2.4e9,
    "cost_online": 1.2e9,
    "cost_per_assisted": 60_000.0,
    "cost_per_contact": 20_000.0,
    "cost_per_inspection": 3e6,
    "cost_per_notice": 15_000.0,
    "cost_per_reminder": 900.0,
    "cost_satisfaction": 6e8,
    "density": 0.76,
    "income_growth": 0.05,
    "inflation_shift": 0.0,
    "maternity_rate": 0.03,
    "prepay_months": 6.5,
    "settlement_lag_months": 3.0,
    "sp_mortality": 0.08,
    "ui_wage_base": 7e6,
}


def dated(*steps: tuple[str, float]) -> np.ndarray:
    """A path that takes each value from its month on; NaN before the first."""
    path = np.full(T, np.nan)
    for month, value in steps:
        path[max(LINE.index(month), 0) :] = value
    return path


def real_law() -> dict[str, np.ndarray]:
    return {
        "sa.standard_national": dated(("2015-01", 270e3), ("2021-07", 360e3), ("2024-07", 500e3)),
        "sp.level_national": dated(("2025-07", 500e3)),
        "xx.sp.city_topup": dated(("2026-01", 150e3)),
        "sp.funeral_support_min_multiple": dated(("2021-07", 20.0)),
        "hi.rate": dated(("2014-01", 0.045)),
        "base_salary": dated(("2015-01", 1.15e6), ("2024-07", 2.34e6), ("2026-07", 2.53e6)),
        "vsi.maternity_benefit": dated(("2025-07", 2e6)),
        "agents.vsi_remuneration_avg_cap": dated(("2020-03", 0.14)),
        "ui.state_support_max": dated(("2015-01", 0.01)),
    }


def drivers(**changes) -> Drivers:
    old, national = (0.30, 0.25, 0.10, 0.10), (0.50, 0.40, 0.30, 0.20)
    state = [dated(("2018-01", a), ("2025-07", b)) for a, b in zip(old, national, strict=True)]
    top_up = (0.50, 0.60, 0.10, 0.10)
    city = [dated(("2022-08", a), ("2026-01", b)) for a, b in zip(old, top_up, strict=True)]
    rural = dated(("2015-12", 700e3), ("2022-01", 1.5e6), ("2027-01", 2.2e6))
    values = {
        "line": rural.copy(),
        "rural_line": rural,
        "contribution_rate": np.full(T, 0.22),
        "state_share": np.stack(state),
        "city_share": np.stack(city),
        "cap_months": np.full(T, 120.0),
        "reference_log_price_base": (330e3, 0.2),
        "budget_ratio": np.ones(T),
        "levers": {k: np.full(T, v) for k, v in BASELINE.items()},
        "baseline": {k: np.full(T, v) for k, v in BASELINE.items()},
        "new_line_month": LINE.index("2027-01"),
        "flags": {},
        "law": real_law(),
        "poor_share": np.zeros(T),
        "near_poor_share": np.zeros(T),
        "assigned": np.full(T, np.nan),
        "price_index": 1.03 ** ((np.arange(T) - LINE.index("2025-06")) / 12),
        "income_index": 1.07 ** ((np.arange(T) - LINE.index("2025-06")) / 12),
        "price_known": LINE.index("2026-06"),
        "income_known": LINE.index("2025-12"),
    }
    return Drivers(**(values | changes))


def coverage(n: int = 1, **changes) -> CoverageBlock:
    """Nobody anywhere, but for what is given; (T, n) or anything that broadcasts to it."""
    names = set(CoverageBlock.__dataclass_fields__) - {"extra"}
    by_group = {"group_members", "group_locked", "group_share"}
    shape = {k: (T, 4, n) if k in by_group else (T, n) for k in names}
    return CoverageBlock(**{k: np.broadcast_to(changes.get(k, 0.0), shape[k]).astype(float) for k in names})


def params(n: int = 1, **changes) -> dict[str, np.ndarray]:
    return {k: np.broadcast_to(v, (n,)).astype(float) for k, v in (PARAMS | changes).items()}


def crowd(n: int = 3, seed: int = 1, ahead: np.ndarray | float = 6.0, density: np.ndarray | float = 0.76):
    """Random people in every stock; some lock the line of 2026 for as many months as each draw prepays."""
    rng = np.random.default_rng(seed)
    block = coverage(n)
    for name in ("employees", "ui", "social_pension_law", "social_pension_poor", "social_pension_extension"):
        getattr(block, name)[:] = rng.uniform(0, 1e5, (T, n))
    block.group_members[:] = rng.uniform(1e3, 1e5, (T, 4, n))
    since = np.arange(T)[:, None] - LINE.index("2026-12")
    locked = (since >= 0) & (since <= np.floor(ahead))  # from the month of payment to the last month covered
    block.group_locked[:] = locked[:, None] * rng.uniform(0, 500, (4, n))
    block.members[:] = block.group_members.sum(axis=1)
    block.vsi_paying[:] = density * block.members
    block.capped_share[LINE.index("2026-01") :] = rng.uniform(0, 0.2, n)
    return block
