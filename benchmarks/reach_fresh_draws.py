"""``reach`` held to fresh draws: its answers for three targets or levels, simulated again with other seeds.

Each seed conditions a sample of its own (some 25 s the first time, kept afterwards).

    python benchmarks/reach_fresh_draws.py [DRAWS]
"""

import sys
import time

from bhxh_forecast.analysis.reach import reach
from bhxh_forecast.analysis.trials import with_levers
from bhxh_forecast.inputs import load_inputs, load_scenario
from bhxh_forecast.simulation import simulate

SEEDS = (1, 2, 3)
QUESTIONS = (
    ("vsi_coverage", 0.045, "as_written", {"subsidy.city_share.other": (0.1, 0.8)}),
    (
        "vsi_coverage",
        0.05,
        "as_reported",
        {"subsidy.city_share.other": (0.1, 0.8), "outreach.contacts": (0, 20_000)},
    ),
    (
        "si_coverage",
        0.67,
        "as_written",
        {"compliance.data_matching": (0, 1), "compliance.inspections": (200, 2_000)},
    ),
)


def main() -> None:
    """Ask, answer, simulate again."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 8192
    inputs = load_inputs()
    baseline = load_scenario("current_policy", inputs)
    simulate(baseline, draws=64, inputs=inputs)  # the sample is there, imports are done
    lines = [f"{'question':60} {'answer':>8} {'seconds':>8}  fresh draws"]
    for target, required, base, levers in QUESTIONS:
        began = time.perf_counter()
        found = reach(target, required=required, base=base, levers=levers, draws=draws, inputs=inputs)
        seconds = time.perf_counter() - began
        setting = with_levers(baseline, found.levers)
        fresh = []
        for seed in SEEDS:
            run = simulate(setting, draws=draws, seed=seed, inputs=inputs)
            share = run.inner.share(found.goal.series, found.goal.base)[-1]
            fresh.append(float(found.goal.met(share).mean()))
        name = f"{target} {required:.3g} {base} ({found.status}, {len(levers)} levers)"
        printed = " ".join(f"{p:.3f}" for p in fresh)
        lines.append(f"{name:60} {found.probability:8.3f} {seconds:8.1f}  {printed}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
