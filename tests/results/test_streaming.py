"""Tables of draws that come block by block are those of all draws in memory, but for the width of a bin."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.batch.tables import TABLES
from bhxh_forecast.results.ledger import Call, Ledger, OutOfStepError, Tally, opened
from bhxh_forecast.results.quantiles import block_mean, quantiles
from bhxh_forecast.results.sketch import Excess, Histogram
from bhxh_forecast.simulation import simulate_many
from bhxh_forecast.streaming import TABLES as STREAMED
from bhxh_forecast.streaming import stream_many

DRAWS = 4096 + 64
SCENARIOS = ["subsidy_raise", "current_policy"]
RANK = 1e-3


@pytest.fixture(scope="module")
def exact() -> Any:
    return simulate_many(SCENARIOS, draws=DRAWS)


@pytest.fixture(scope="module")
def streamed() -> Any:
    return stream_many(SCENARIOS, draws=DRAWS)


def test_every_table_of_a_run_can_be_streamed() -> None:
    assert set(STREAMED) == set(TABLES)


@pytest.mark.parametrize("table", STREAMED)
def test_means_odds_and_errors_are_exact_and_the_layout_is_the_same(
    table: str, exact: Any, streamed: Any
) -> None:
    """Whatever is not a quantile, or rests on one, agrees to rounding."""
    for name in SCENARIOS:
        whole, blocks = getattr(exact[name], table)(), getattr(streamed[name], table)()
        numbers = [c for c in whole.columns if whole[c].dtype.kind == "f"]
        rough = {"amount", "excess", "effect", "standard_error", "effect_on_probability"}
        rough |= {"probability"} if table == "sufficiency" else set()
        for column in numbers:
            if column[:1] == "p" and column[1:].isdigit():
                assert (whole[column].isna() == blocks[column].isna()).all()
            elif column not in rough:
                np.testing.assert_allclose(blocks[column], whole[column], rtol=1e-9, atol=1e-12)
        labels = [c for c in whole.columns if c not in numbers and c != "clear"]
        pd.testing.assert_frame_equal(blocks[labels], whole[labels])


def test_ranks_of_quantiles_are_within_a_thousandth(exact: Any, streamed: Any) -> None:
    for name in SCENARIOS:
        inner, table = exact[name].inner, streamed[name].coverage()
        for (series, base), rows in table.groupby(["series", "base"]):
            ordered = np.sort(inner.series(series, base), axis=1)
            for column, q in (("p05", 0.05), ("p10", 0.1), ("p50", 0.5), ("p90", 0.9), ("p95", 0.95)):
                for month, value in enumerate(rows[column]):
                    if not np.isnan(value):
                        low = ordered[month].searchsorted(value * (1 - 1e-8)) / DRAWS
                        high = ordered[month].searchsorted(value * (1 + 1e-8), side="right") / DRAWS
                        assert low - RANK <= q <= high + RANK, (series, base, month, column)


def test_amounts_that_suffice_and_effects_of_assumptions_are_close(exact: Any, streamed: Any) -> None:
    for name in SCENARIOS:
        whole, blocks = exact[name].sufficiency(), streamed[name].sufficiency()
        np.testing.assert_allclose(blocks["probability"], whole["probability"], atol=0.002)
        np.testing.assert_allclose(blocks["amount"], whole["amount"], rtol=0.01)
        np.testing.assert_allclose(blocks["excess"], whole["excess"], atol=0.005 * whole["amount"].max())
        whole, blocks = exact[name].assumption_effects(), streamed[name].assumption_effects()
        gap = np.abs(blocks["effect"] - whole["effect"]) / whole["standard_error"]
        assert gap.median() < 0.1  # halves are those of the sample, not of these draws:
        assert gap.max() < 2.0  # a family of draws at the median may change sides


def test_a_heap_of_equal_draws_is_found_exactly() -> None:
    """Half the draws at zero: no quantile below the middle may lie between zero and the smallest positive one."""
    rng = np.random.default_rng(5)
    values = np.where(rng.uniform(size=(1, 40_000)) < 0.5, 0.0, 1.0 + rng.uniform(size=(1, 40_000)))
    wanted = (0.10, 0.45, 0.90)
    bins = Histogram.around(values[:, :4096], wanted)
    below = sum(bins.count(part) for part in np.split(values, 10, axis=1))
    found = bins.quantiles(below, 40_000, wanted)[:, 0]
    assert found[0] == found[1] == 0.0
    assert found[2] == pytest.approx(np.quantile(values, 0.9), abs=2e-3)


@pytest.mark.parametrize("shape", ["normal", "skewed", "two heaps", "few values"])
def test_ranks_are_within_a_thousandth_for_any_shape(shape: str) -> None:
    rng = np.random.default_rng(7)
    n, wanted = 16 * 4096, (0.05, 0.10, 0.25, 0.50, 0.75, 0.80, 0.90, 0.95)
    values = {
        "normal": rng.normal(size=n),
        "skewed": np.exp(2.0 * rng.normal(size=n)),
        "two heaps": rng.normal(size=n) + 1e6 * (rng.uniform(size=n) < 0.5),
        "few values": rng.normal(size=300)[rng.integers(300, size=n)] * (1.0 + 1e-14 * rng.normal(size=n)),
    }[shape]
    bins = Histogram.around(values[None, :4096], wanted)
    below = sum(bins.count(part[None]) for part in np.split(values, 16))
    ordered = np.sort(values)
    for q, value in zip(wanted, bins.quantiles(below, n, wanted)[:, 0], strict=True):
        room = 1e-8 * abs(value)
        low, high = ordered.searchsorted(value - room) / n, ordered.searchsorted(value + room, "right") / n
        assert low - RANK <= q <= high + RANK


def test_sums_of_blocks_are_added_in_their_order_however_the_blocks_are_shared_out() -> None:
    rng = np.random.default_rng(8)
    blocks = [Tally(1, [np.array([k])], [[10.0 ** rng.uniform(-9, 9, 5)]]) for k in range(7)]
    results = []
    for parts in ([7], [3, 4], [1] * 7):
        total, rest = Tally(), list(blocks)
        for size in parts:
            part = Tally()
            for block in rest[:size]:
                part.add(block.copy())
            total.add(part)
            rest = rest[size:]
        results.append(total.fold())
    assert {tuple(result.sums[0][0]) for result in results} == {tuple(results[0].sums[0][0])}
    assert [int(result.counts[0][0]) for result in results] == [21, 21, 21]


def test_excess_over_an_amount_is_that_of_the_draws() -> None:
    cost = np.random.default_rng(6).lognormal(size=40_000)
    bins = Excess.around(cost[:4096])
    counts, sums = bins.tally(cost)
    for amount in (0.5, 1.0, 3.0):
        odds, excess = bins.above(counts, sums, amount)
        assert odds == pytest.approx((cost <= amount).mean(), abs=1e-3)
        assert excess == pytest.approx((cost[cost > amount] - amount).mean(), rel=5e-3)
    assert bins.above(counts, sums, float(cost.max()) + 1.0) == (1.0, 0.0)


def test_a_block_that_takes_another_way_is_noticed() -> None:
    ledger = Ledger([Call("mean (3,)")])
    with opened(ledger), pytest.raises(OutOfStepError, match="another in the first"):
        quantiles(np.zeros((3, 8)), [0.5])
    ledger = Ledger([Call("mean (3,)"), Call("mean (3,)")])
    with opened(ledger):
        block_mean(np.zeros((3, 8)))
    with pytest.raises(OutOfStepError, match="1 summaries in this block, 2 in the first"):
        ledger.finish(8)
