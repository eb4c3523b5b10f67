"""``reach`` held to fresh draws: its answers for three targets or levels, simulated again with other seeds.

Each seed conditions a sample of its own the first time (kept afterwards, but no more than eight). With SAMPLES above 1
an answer pools so many samples, and so does each of the fresh runs it is held to.

    python benchmarks/reach_fresh_draws.py [DRAWS [SAMPLES [FRESH]]]
"""

import sys
import time
from dataclasses import replace

from bhxh_forecast.analysis.goal import find_goal
from bhxh_forecast.analysis.reach import reach
from bhxh_forecast.analysis.search import runs_odds
from bhxh_forecast.analysis.trials import Trials, with_levers
from bhxh_forecast.inputs import load_inputs, load_scenario, load_world
from bhxh_forecast.simulation import SEED, UNTIL, simulate

APART = 100  # between the seeds of two fresh runs
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
    draws, samples, fresh = (int(a) for a in [*sys.argv[1:], *["8192", "1", "3"][len(sys.argv) - 1 :]])
    inputs = load_inputs()
    baseline, place = load_scenario("current_policy", inputs), load_world("reference", inputs)
    for k in range(samples):
        simulate(baseline, draws=64, seed=SEED + k, inputs=inputs)  # the samples are there, imports are done
    found, lines = [], [f"{'question':60} {'answer':>8} {'error':>6} {'seconds':>8}  fresh draws"]
    for target, required, base, levers in QUESTIONS:
        began = time.perf_counter()
        answer = reach(
            target, required=required, base=base, levers=levers, draws=draws, samples=samples, inputs=inputs
        )
        found.append((answer, time.perf_counter() - began))
    again: list[list[float]] = [[] for _ in QUESTIONS]
    for k in range(fresh):  # all questions on one fresh pool before the next: few samples are kept
        for number, (target, required, base, _) in enumerate(QUESTIONS):
            goal = find_goal(inputs, target, 2030, base, required)
            trials = Trials(inputs, place, draws, 1 + APART * k, UNTIL, goal.series, goal.bases, goal.month)
            runs = replace(trials, samples=samples).run([with_levers(baseline, found[number][0].levers)])
            again[number].append(runs_odds(goal, runs, 0))
    for (target, required, base, levers), (answer, seconds), odds in zip(
        QUESTIONS, found, again, strict=True
    ):
        name = f"{target} {required:.3g} {base} ({answer.status}, {len(levers)} levers)"
        printed = " ".join(f"{p:.3f}" for p in odds)
        error = answer.answer.mc_error[answer.goal.base]
        lines.append(f"{name:60} {answer.probability:8.3f} {error:6.3f} {seconds:8.1f}  {printed}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
