"""``bhxh calibrate``: sample the posterior of every stage, check it, and store it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.calibration.condition import Conditioner
from bhxh_forecast.calibration.ensemble import Chains, sample_stage
from bhxh_forecast.calibration.nation import build_nation
from bhxh_forecast.calibration.national_fit import NationalFit, Variant
from bhxh_forecast.calibration.parts import Setting
from bhxh_forecast.calibration.posterior import (
    DRAWN,
    FOLDER,
    NATION,
    Posterior,
    posterior_key,
    write_posterior,
)
from bhxh_forecast.calibration.space import OWN
from bhxh_forecast.calibration.stages import (
    Reference,
    Stage,
    Voluntary,
    employment_stage,
    old_age_stage,
)
from bhxh_forecast.coverage.drivers import build_drivers
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import BLOCK, Streams
from bhxh_forecast.inputs.reader import load_inputs
from bhxh_forecast.inputs.scenarios import load_scenario
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

SEED = 20181116
SIZE = 3 * BLOCK
SETTINGS = {"employment": (64, 100, 400), "old_age": (64, 100, 400), "voluntary": (128, 60, 400)}
BASELINE = "current_policy"


def setting_of(inputs: Inputs) -> Setting:
    """The months up to the as-of year, under the law as enacted."""
    line = Timeline(inputs.as_of, max(inputs.as_of.year, 2025))
    return Setting(inputs, line, build_drivers(load_scenario(BASELINE, inputs), inputs, line))


def reference_of(s: Setting, streams: Streams) -> Reference:
    """Medians of pools and employees under the conditioned prior."""
    c = Conditioner(s.inputs, s.line, s.drivers, streams, 1)
    c.people()
    c.employment()
    pools = {name: np.median(path, axis=1) for name, path in vars(c.pools()).items()}
    return Reference(pools, np.median(c.sample.values["employees"], axis=1))


def stages_of(s: Setting, streams: Streams) -> tuple[list[Stage], Voluntary]:
    """All stages with parameters that figures can move."""
    reference = reference_of(s, streams)
    nation = build_nation(s.inputs, s.line.until)
    voluntary = Voluntary(
        s, NationalFit(nation, s.inputs.priors, streams, Variant("stated", "ramp")), reference
    )
    return [employment_stage(s, reference), old_age_stage(s, reference), voluntary.stage()], voluntary


def calibrate(
    data: Path | None = None,
    seed: int = SEED,
    say: Callable[[str], None] = lambda _: None,
    *,
    keep: bool = True,
) -> Posterior:
    """Sample the posterior and, if asked, store it in the data folder.

    Parameters
    ----------
    data
        Data folder; default: the project's own.
    seed
        Seed of the sampler; another gives the same summaries within their Monte Carlo error.
    say
        Told of each stage that is done.
    keep
        Whether to write ``posterior/`` in the data folder.
    """
    inputs, streams, began = load_inputs(data), Streams(seed), time.monotonic()
    stages, voluntary = stages_of(setting_of(inputs), streams)
    found: dict[str, dict[str, Array]] = {}
    about: dict[str, Any] = {"stages": {}}
    for stage in stages:
        chains = sample_stage(stage, streams, *SETTINGS[stage.name])
        z = thinned(chains, SIZE, streams, stage.name)
        drawn = stage.of_place(z)
        if stage.name == voluntary.stage().name:
            drawn = drawn - national_correction(voluntary, z, streams)
        found[stage.name] = named(stage, z) | {DRAWN: drawn}
        about["stages"][stage.name] = chains.diagnostics(tuple(stage.space.names))
        say(f"{stage.name}: {line_of(about['stages'][stage.name])}")
    about |= {
        "sha256": posterior_key(inputs),
        "as_of": inputs.as_of.isoformat(),
        "seed": seed,
        "draws": SIZE,
        "seconds": round(time.monotonic() - began, 1),
    }
    posterior = Posterior(found, about)
    if keep:
        write_posterior(inputs.data_dir / FOLDER, posterior)
    return posterior


def thinned(chains: Chains, size: int, streams: Streams, name: str) -> Array:
    """``size`` draws (d, n) evenly from the chains, in random order."""
    flat = chains.z.reshape(-1, chains.z.shape[2])
    chosen = np.linspace(0, len(flat) - 1, size).astype(int)
    order = streams.generator(f"thin:{name}", 0).permutation(size)
    return np.ascontiguousarray(flat[chosen[order]].T)


def national_correction(voluntary: Voluntary, z: Array, streams: Streams) -> Array:
    """Log of the nation's likelihood over its Gaussian integral, by one draw of the path for each draw, (n,)."""
    p, peak = voluntary.nation.params(z[voluntary.national])
    _, weight = voluntary.nation.path(p, peak, "nation:correction").fit(streams, z.shape[1])
    parts = [voluntary.of_nation(cut) for cut in np.array_split(z, z.shape[1] // 512, axis=1)]
    found: Array = np.maximum(weight, -1e6) - np.concatenate(parts)
    return found


def named(stage: Stage, z: Array) -> dict[str, Array]:
    """Values by parameter id; where the place has its own, the nation's stands under ``nation:``."""
    values = stage.space.values(z)
    own = {name.removeprefix(OWN) for name in values if name.startswith(OWN)}
    return {
        name.removeprefix(OWN) if name.startswith(OWN) else f"{NATION}{name}" if name in own else name: value
        for name, value in values.items()
    }


def line_of(about: dict[str, Any]) -> str:
    """Diagnostics of a stage in one line."""
    return (
        f"R-hat {about['rhat']:.4f}, effective {about['ess']:.0f}, {about['lengths']:.0f} autocorrelation times, "
        f"acceptance {about['acceptance']:.2f}"
    )
