"""All answers that one story needs: whether a target can be reached by a year, and at what price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.analysis.discovery import Discovery, discover
from bhxh_forecast.analysis.information import Information, information
from bhxh_forecast.analysis.outlook import Outlook, outlook
from bhxh_forecast.analysis.reach import reach
from bhxh_forecast.analysis.reached import Reach
from bhxh_forecast.analysis.sensitivity import Sensitivity, sensitivity
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import resolve_levers
from bhxh_forecast.simulation import BASELINE, simulate
from bhxh_forecast.timeline import month_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs, Scenario

LEVERS = ("subsidy.city_share.other", "outreach.contacts", "outreach.assisted_registration")
MOST_DRAWS = 4096
LIMIT = "limit."  # prefix of the register's entries that say how much of a lever can be done


@dataclass(frozen=True)
class Story:
    """Answers on the same draws.

    Attributes
    ----------
    outlooks
        The target without any change, on the base of the plan's words and on that of the city's publications.
    plan, reported
        What it would take on each of the two bases, within the register's limits.
    modest
        What it would take for the share that is met with the same probability when half of the way from today's safe
        level to the best attainable is gone: a level that can be reached.
    sensitivity, discovery, information
        What it hangs on, when it fails, what to find out first.
    """

    outlooks: tuple[Outlook, Outlook]
    plan: Reach
    reported: Reach
    modest: Reach
    sensitivity: Sensitivity
    discovery: Discovery
    information: Information


def limits(levers: Sequence[str], scenario: Scenario, inputs: Inputs) -> dict[str, tuple[float, float]]:
    """From what a scenario does in the month after the as-of date to what the register says can be done.

    Raises
    ------
    InputError
        When the register has no limit for a lever.

    Examples
    --------
    >>> from bhxh_forecast.inputs import load_inputs, load_scenario
    >>> inputs = load_inputs()
    >>> limits(["outreach.contacts"], load_scenario("current_policy", inputs), inputs)
    {'outreach.contacts': (0.0, 20000.0)}
    """
    now = resolve_levers(scenario, inputs, np.array([month_of(inputs.as_of) + 1]))
    known = [name.removeprefix(LIMIT) for name in inputs.register if name.startswith(LIMIT)]
    found = {}
    for lever in levers:
        if lever not in known:
            if lever not in inputs.levers:
                raise InputError.of("levers", "lever", repr(lever), known)
            allowed = f"{', '.join(known)}; any other lever with limits of its own: {lever}=LO:HI"
            raise InputError.of("assumptions/register.yaml", "limit of a lever", repr(lever), allowed)
        found[lever] = (float(now[lever][0]), float(inputs.register[LIMIT + lever]["value"]))
    return found


def story(
    target: str = "vsi_coverage",
    *,
    year: int = 2030,
    probability: float = 0.8,
    levers: Sequence[str] = LEVERS,
    draws: int = MOST_DRAWS,
    seed: int,
    until: int,
    inputs: Inputs,
) -> Story:
    """Ask every question of the story.

    Parameters
    ----------
    levers
        Up to three, each with a limit in the register.
    draws, seed, until, inputs
        As for ``simulate``; more than 4,096 draws are not used.
    """
    from bhxh_forecast.inputs import load_scenario

    draws = min(draws, MOST_DRAWS)
    baseline = load_scenario(BASELINE, inputs)
    within = limits(levers, baseline, inputs)
    run = simulate(baseline, draws=draws, seed=seed, until=until, inputs=inputs)

    def asked(base: str, required: float | None = None) -> Reach:
        return reach(
            target,
            year=year,
            base=base,
            probability=probability,
            required=required,
            levers=within,
            draws=draws,
            seed=seed,
            until=until,
            inputs=inputs,
        )

    plan = asked("as_written")
    base = plan.goal.as_written
    middle = (plan.before.level[base] + plan.answer.level[base]) / 2.0
    return Story(
        outlooks=(
            outlook(run, year=year, targets=(target,)),
            outlook(run, year=year, base="as_reported", targets=(target,)),
        ),
        plan=plan,
        reported=asked("as_reported"),
        modest=asked("as_written", round(middle, 3)),
        sensitivity=sensitivity(target, projection=run),
        discovery=discover(run, target, year=year),
        information=information(
            target, year=year, draws=min(draws, 4096), seed=seed, until=until, inputs=inputs
        ),
    )
