"""What can be set by hand: levers with their ranges, coming changes of the law, worlds, bases and years."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from bhxh_forecast.inputs.scenarios import load_scenario, scenario_names
from bhxh_forecast.inputs.worlds import load_world, world_names
from bhxh_forecast.results.draws import SHARE_BASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bhxh_forecast.inputs import Inputs, LeverSpec, Scenario
    from bhxh_forecast.inputs.worlds import World

BASES = ("as_written", "as_reported", *SHARE_BASES)
GOALS = ("si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage")


@dataclass(frozen=True)
class LeverControl:
    """A slider: the lever, its group on the page, and how far and how finely it moves."""

    spec: LeverSpec
    group: str
    step: float
    top: float


@dataclass(frozen=True)
class LawControl:
    """A coming change of the law: provision, day on which it comes as enacted, names in both languages."""

    provision: str
    enacted: str
    name: Mapping[str, str]


@dataclass(frozen=True)
class Controls:
    """Everything that can be set, for one state of the data.

    Attributes
    ----------
    levers, law
        By lever id and by provision, in the order of the page.
    scenarios, worlds
        What can be started from, the baseline and the reference first.
    first, until
        First and last year that can be asked about.
    """

    levers: Mapping[str, LeverControl]
    law: Mapping[str, LawControl]
    scenarios: Mapping[str, Scenario]
    worlds: Mapping[str, World]
    first: int
    until: int

    @classmethod
    def of(cls, inputs: Inputs, until: int) -> Controls:
        """Read what is offered (controls.yaml) against the data.

        Raises
        ------
        KeyError
            When a lever of the data is not offered, or one is offered that the data do not have.
        """
        source = files("bhxh_forecast.explorer").joinpath("controls.yaml").read_text(encoding="utf-8")
        offered = yaml.safe_load(source)
        levers = {
            name: LeverControl(
                inputs.levers[name], group, settings["step"], _top(inputs.levers[name], settings)
            )
            for group, members in offered["levers"].items()
            for name, settings in members.items()
        }
        if missing := set(inputs.levers) - set(levers):
            raise KeyError(f"levers without a control: {', '.join(sorted(missing))}")
        law = {name: control for name in offered["law"] if (control := _coming(inputs, name))}
        scenarios = {name: load_scenario(name, inputs) for name in scenario_names(inputs)}
        worlds = {name: load_world(name, inputs) for name in world_names(inputs)}
        return cls(levers, law, scenarios, worlds, inputs.as_of.year, until)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years that can be asked about."""
        return tuple(range(self.first, self.until + 1))


def _top(spec: LeverSpec, settings: Mapping[str, Any]) -> float:
    return float(settings.get("top", spec.maximum))


def _coming(inputs: Inputs, provision: str) -> LawControl | None:
    """The control of a provision whose next change comes after the as-of date; None when nothing is coming."""
    if provision not in inputs.law.ids:
        return None
    coming = [row.from_ for row in inputs.law.rows(provision) if row.from_ > inputs.as_of]
    if not coming:
        return None
    return LawControl(provision, min(coming).isoformat(), inputs.labels.get(provision, {}))


def baseline_values(controls: Controls, inputs: Inputs, month: str) -> dict[str, float]:
    """Value of every lever in a month without a scenario."""
    at = np.array([np.datetime64(month, "M")])
    return {name: float(c.spec.baseline_path(inputs.law, at)[0]) for name, c in controls.levers.items()}
