"""How cost grows with draws, scenarios and workers; what a block of draws costs, for sizing a cluster.

For example::

    .venv/bin/python benchmarks/scaling.py [--draws 20480] [--workers 1 2]

Seconds of processor time are given too: they depend less on what else the machine does.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from bhxh_forecast.inputs import Inputs, load_inputs, load_world, scenario_names
from bhxh_forecast.simulation import Chain
from bhxh_forecast.streaming import chain_of, count_block, first_block, last_pass, stream_many

PROVINCES, SCENARIOS, WORLDS, DRAWS = 34, 9, 5, 100_000


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def block_costs(names: list[str], inputs: Inputs) -> None:
    """Print the cost of the first block, a further one and the last pass, and what a country would take."""
    chain = chain_of(names, draws=4 * 4096, inputs=inputs)
    calls, tally = first_block(chain)
    further = [clocked(lambda b=b: count_block(chain, calls, b))[1] for b in (1, 2)]
    closing = clocked(lambda: last_pass(chain, calls, tally))[1]
    block = min(further)
    print(
        f"{len(names)} scenarios: a block of 4,096 draws {block:.2f} s of one processor, last pass {closing:.2f} s"
    )
    blocks = -(-DRAWS // 4096) * PROVINCES * WORLDS
    hours = blocks * block * SCENARIOS / len(names) / 3600
    print(
        f"{PROVINCES} provinces x {SCENARIOS} scenarios x {WORLDS} worlds x {DRAWS:,} draws = {blocks:,} blocks of all "
        f"scenarios: {hours:.1f} processor hours, {60 * hours / 32:.0f} minutes on 32 processors"
    )


def main() -> None:
    """Print a line per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20_480)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    given = parser.parse_args()
    inputs = load_inputs()
    names = list(scenario_names(inputs))
    Chain.of(names, draws=2, inputs=inputs)  # the conditioned sample is there from now on
    for draws in (given.draws, 2 * given.draws, 4 * given.draws):
        clock, processor = clocked(lambda n=draws: stream_many(names[:1], draws=n, inputs=inputs))
        print(f"1 scenario, {draws:>7} draws: {clock:6.1f} s, {processor:6.1f} s of processor", flush=True)
    for few in (1, 3, 9):
        clock, processor = clocked(lambda k=few: stream_many(names[:k], draws=given.draws, inputs=inputs))
        print(
            f"{few} scenarios, {given.draws} draws: {clock:6.1f} s, {processor:6.1f} s of processor",
            flush=True,
        )
    block_costs(names, inputs)
    for workers in given.workers:
        on_cluster(names[:1], given.draws, workers, inputs)


def on_cluster(names: list[str], draws: int, workers: int, inputs: Inputs) -> None:
    """Print the time of the same work on a local cluster."""
    from distributed import LocalCluster

    from bhxh_forecast import streaming
    from bhxh_forecast.batch.cluster import Cluster
    from bhxh_forecast.inputs import load_scenario

    streaming.EXACT = 0
    options = {"world": load_world("reference", inputs), "draws": draws, "seed": 20181116, "until": 2030}
    chosen = [load_scenario(name, inputs) for name in names]
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as local,
        Cluster(local.scheduler_address) as cluster,
    ):
        clock, _ = clocked(lambda: cluster.simulate_many(chosen, inputs=inputs, **options))
    print(f"{workers} workers of a local cluster, 1 scenario, {draws} draws: {clock:6.1f} s", flush=True)


if __name__ == "__main__":
    main()
