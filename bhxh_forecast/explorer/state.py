"""One setting of the explorer: as a link, as a scenario, as a scenario file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

import numpy as np

from bhxh_forecast.explorer.controls import BASES, GOALS, Controls
from bhxh_forecast.inputs.law_switch import LawSetting
from bhxh_forecast.inputs.levers import Step
from bhxh_forecast.inputs.scenarios import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER = "never"
LAW = "law."
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
LONGEST_LINK = 8000
LONGEST_RAMP = 600


@dataclass(frozen=True)
class Setting:
    """A lever set by hand: value from a month, to a month (inclusive; empty: without end), reached over a ramp."""

    value: float
    from_: str
    to: str = ""
    ramp: int = 0

    def step(self) -> Step:
        """The step that a scenario file would hold."""
        end = np.datetime64(self.to, "M") if self.to else None
        return Step("value", self.value, np.datetime64(self.from_, "M"), end, self.ramp)

    def link(self) -> str:
        """As in a link: ``0.3,2027-01,2029-12,6``, what is empty at the end left out."""
        parts = [f"{self.value:.10g}", self.from_, self.to, str(self.ramp) if self.ramp else ""]
        return ",".join(parts).rstrip(",")

    def yaml(self) -> str:
        """As in a scenario file."""
        end = f", to: {self.to}" if self.to else ""
        ramp = f", ramp: {self.ramp}" if self.ramp else ""
        return f"[{{from: {self.from_}{end}, value: {self.value:.10g}{ramp}}}]"


@dataclass(frozen=True)
class State:
    """What the reader has set.

    Attributes
    ----------
    start, world
        Scenario to start from and external conditions.
    base, year, goal
        Denominator (a base, or ``as_written`` and ``as_reported``), year asked about, target of the cost picture.
    levers, law
        Levers set by hand; provisions whose next change comes on another day, or ``never``.
    name
        Name of the scenario file.
    """

    start: str = "current_policy"
    world: str = "reference"
    base: str = "as_written"
    year: int = 2030
    goal: str = "si_coverage"
    levers: Mapping[str, Setting] = field(default_factory=dict)
    law: Mapping[str, str] = field(default_factory=dict)
    name: str = "my_setting"

    def link(self) -> str:
        """Query string that gives this state again."""
        pairs: list[tuple[str, str]] = [("start", self.start), ("world", self.world), ("base", self.base)]
        pairs += [("year", str(self.year)), ("goal", self.goal), ("name", self.name)]
        pairs += [(name, setting.link()) for name, setting in sorted(self.levers.items())]
        pairs += [(LAW + provision, day) for provision, day in sorted(self.law.items())]
        return "&".join(f"{key}={quote(value, safe=',:')}" for key, value in pairs)

    @property
    def key(self) -> str:
        """What the model's draws depend on, as text."""
        parts = [f"{name}={setting.link()}" for name, setting in sorted(self.levers.items())]
        parts += [f"{provision}={day}" for provision, day in sorted(self.law.items())]
        return "&".join([self.start, self.world, *parts])

    def scenario(self, controls: Controls) -> Scenario:
        """The scenario that this state is: what it starts from, with the levers and the law set by hand on top."""
        start = controls.scenarios[self.start]
        if not self.levers and not self.law:
            return start
        levers = {**start.levers, **{name: (setting.step(),) for name, setting in self.levers.items()}}
        law = {**start.law, **{provision: _law(day) for provision, day in self.law.items()}}
        text = dict.fromkeys(("vi", "en"), self.name)
        return Scenario(self.name, text, text, start.counterfactual, levers, law, (self.start,))

    def yaml(self, controls: Controls) -> str:
        """The same scenario as a file that ``bhxh run`` takes."""
        start = controls.scenarios[self.start]
        title = ", ".join(f'{lang}: "{start.title[lang]} + {self.name}"' for lang in ("vi", "en"))
        lines = [f"name: {self.name}", f"title: {{{title}}}", f"description: {{{title}}}"]
        lines.append(f"extends: {self.start}")
        if start.counterfactual:
            lines.append("counterfactual: true")
        if self.levers:
            lines += ["levers:", *_tree((name, s.yaml()) for name, s in sorted(self.levers.items()))]
        if self.law:
            lines.append("law:")
            lines += [
                f"  {provision}: " + ("{absent: true}" if day == NEVER else f"{{starts: {day}}}")
                for provision, day in sorted(self.law.items())
            ]
        return "\n".join(lines) + "\n"


def _law(day: str) -> LawSetting:
    return LawSetting(absent=True) if day == NEVER else LawSetting(starts=date.fromisoformat(day))


def _tree(items: Iterable[tuple[str, str]]) -> list[str]:
    """Dotted names as nested keys, two spaces a level."""
    lines: list[str] = []
    open_branches: list[str] = []
    for name, text in items:
        *path, leaf = name.split(".")
        for depth, branch in enumerate(path):
            if open_branches[: depth + 1] != path[: depth + 1]:
                lines.append(f"{'  ' * (depth + 1)}{branch}:")
        open_branches = path
        lines.append(f"{'  ' * (len(path) + 1)}{leaf}: {text}")
    return lines


def read_state(link: str, controls: Controls) -> tuple[State, list[str]]:
    """Read a link; what it does not understand is left out and named.

    Parameters
    ----------
    link
        Query string without the question mark.

    Returns
    -------
    tuple
        The state, and the parts of the link that were left out.
    """
    if len(link) > LONGEST_LINK:
        return State(year=controls.until), [f"{link[:40]}..."]
    found: dict[str, str] = {}
    levers: dict[str, Setting] = {}
    law: dict[str, str] = {}
    left: list[str] = []
    for key, value in parse_qsl(link, max_num_fields=100):
        provision = key.removeprefix(LAW)
        if _fits(key, value, controls):
            found[key] = value
        elif key in controls.levers and (setting := _setting(value, key, controls)):
            levers[key] = setting
        elif key.startswith(LAW) and provision in controls.law and _law_day(value):
            law[provision] = value
        elif key not in ("lang", "pin"):
            left.append(f"{key}={value}"[:120])
    year = int(found.pop("year", controls.until))
    return State(**found, year=year, levers=levers, law=law), left


def _fits(key: str, value: str, controls: Controls) -> bool:
    """Whether a part of a link is one of the choices, or a name that a scenario file may have."""
    choices = {
        "start": controls.scenarios,
        "world": controls.worlds,
        "base": BASES,
        "goal": GOALS,
        "year": [str(year) for year in controls.years],
    }
    if key == "name":
        return NAME.fullmatch(value) is not None and value not in controls.scenarios
    return key in choices and value in choices[key]


def _setting(text: str, lever: str, controls: Controls) -> Setting | None:
    value, start, end, ramp = (text.split(",") + [""] * 3)[:4]
    spec = controls.levers[lever].spec
    try:
        number, months = float(value), int(ramp or 0)
    except ValueError:
        return None
    last = f"{controls.until}-12"
    good = isfinite(number) and spec.minimum <= number <= spec.maximum and 0 <= months <= LONGEST_RAMP
    dated = MONTH.fullmatch(start) and (not end or MONTH.fullmatch(end)) and start <= (end or last)
    return Setting(number, start, end, months) if good and dated and text.count(",") < 4 else None


def _law_day(text: str) -> bool:
    if text == NEVER:
        return True
    try:
        return 2000 <= date.fromisoformat(text).year < 2100
    except ValueError:
        return False
