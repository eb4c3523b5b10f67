"""What a run rests on: its draws, and what of them is random or frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bhxh_forecast.results.projection import RunFacts

if TYPE_CHECKING:
    from bhxh_forecast.calibration.source import ConditionedSource
    from bhxh_forecast.inputs.reader import Inputs
    from bhxh_forecast.timeline import Timeline

PATHS = (
    "labour_force_noise",
    "compulsory_logit_walk",
    "unemployment_logit_walk",
    "voluntary_entry_noise",
    "pension_noise",
    "december_peak",
    "agency_base",
    "agency_voluntary_base",
    "mortality_path",
    "fertility_path",
    "net_migration_path",
)
FROZEN = ("participation_profiles", "national_mortality_and_fertility", "levers", "law")


def facts_of(inputs: Inputs, line: Timeline, source: ConditionedSource, seed: int, draws: int) -> RunFacts:
    """Collect the facts of a run; nothing random may be off without standing in ``frozen``."""
    sampled = sorted(name for name, prior in inputs.priors.items() if prior.sampled)
    fixed = sorted(name for name, prior in inputs.priors.items() if not prior.sampled)
    newest = max(
        (row.enacted for name in inputs.law.ids for row in inputs.law.rows(name)), default=inputs.as_of
    )
    return RunFacts(
        seed=seed,
        draws=draws,
        as_of=inputs.as_of.isoformat(),
        until=line.until,
        posterior={"kind": source.kind, "sha256": source.key, "ess_min": round(source.sample.ess_min, 1)},
        effective_sizes={name: round(size, 1) for name, size in source.sample.sizes.items()},
        candidates=source.sample.candidates,
        law_vintage=newest.isoformat(),
        random=[*sampled, *PATHS],
        frozen=[*fixed, *sorted(inputs.register), *FROZEN],
    )
