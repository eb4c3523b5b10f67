"""Memory and time of many draws; each size runs in a process of its own.

For example::

    .venv/bin/python benchmarks/memory.py [--draws 125000 250000 1000000] [--scenarios current_policy]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time


def measure(draws: int, scenarios: list[str]) -> dict[str, float]:
    """Stream some scenarios and return seconds and the peak of memory of this process."""
    from bhxh_forecast.inputs import load_inputs
    from bhxh_forecast.simulation import Chain
    from bhxh_forecast.streaming import stream_many

    inputs = load_inputs()
    Chain.of(scenarios, draws=2, inputs=inputs)  # the conditioned sample is there from now on
    began = time.perf_counter()
    stream_many(scenarios, draws=draws, inputs=inputs)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}


def main() -> None:
    """Print a line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, nargs="+", default=[125_000, 250_000, 1_000_000])
    parser.add_argument("--scenarios", nargs="+", default=["current_policy"])
    parser.add_argument("--here", action="store_true", help="measure in this process and print JSON")
    given = parser.parse_args()
    if given.here:
        print(json.dumps(measure(given.draws[0], given.scenarios)))
        return
    for draws in given.draws:
        command = [sys.executable, __file__, "--here", "--draws", str(draws), "--scenarios", *given.scenarios]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        print(
            f"{draws:>9} draws, {len(given.scenarios)} scenarios: {found['seconds']:7.1f} s, "
            f"{1e6 * found['seconds'] / draws:6.1f} us per draw, peak {found['gigabytes']:.2f} GB",
            flush=True,
        )


if __name__ == "__main__":
    main()
