"""Scenarios: what the city does and which law it meets, read from YAML, extended and combined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.inputs.combine import combine_law, combine_levers
from bhxh_forecast.inputs.documents import Document, Documents, Sections
from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.grammar import ScenarioFile
from bhxh_forecast.inputs.law_switch import LawSetting
from bhxh_forecast.inputs.levers import Step, resolve_levers
from bhxh_forecast.inputs.settings import read_law_settings, read_lever_settings
from bhxh_forecast.inputs.yaml_positions import Node
from bhxh_forecast.timeline import FIRST_MONTH

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

_CHECKED_UNTIL = np.datetime64("2051-01", "M")  # lever ranges are checked month by month up to here


@dataclass(frozen=True)
class Scenario:
    """What the city does and which law it meets.

    Attributes
    ----------
    name, title, description
        Id, and texts in both languages.
    counterfactual
        Whether the law may differ before the as-of date.
    levers
        Lever id -> steps; levers that are not named keep their baseline.
    law
        Provision, group or act -> setting.
    extends, file
        What it was built from, and where it stands.
    """

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    counterfactual: bool = False
    levers: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    law: Mapping[str, LawSetting] = field(default_factory=dict)
    extends: tuple[str, ...] = ()
    file: str = ""

    def as_dict(self) -> dict[str, Any]:
        """All settings after ``extends`` and ``+``, as plain values (for showing and for cache keys)."""
        levers = {
            name: [
                {
                    "from": _text(s.from_),
                    "to": _text(s.to),
                    s.kind: s.amount,
                    **({"ramp": s.ramp} if s.ramp else {}),
                }
                for s in steps
            ]
            for name, steps in sorted(self.levers.items())
        }
        return {
            "name": self.name,
            "counterfactual": self.counterfactual,
            "levers": levers,
            "law": {name: setting.shown() for name, setting in sorted(self.law.items())},
        }


def load_scenario(source: str | Path, inputs: Inputs | None = None) -> Scenario:
    """Load a scenario by name, by path, or combined as ``A+B``.

    Parameters
    ----------
    source
        Name of a shipped scenario, path of a YAML file, or several of them joined by ``+`` (in any order).
    inputs
        Levers, law and folders to read against; default: the project's own data.

    Raises
    ------
    InputError
        With every problem of the files at once.

    Examples
    --------
    >>> load_scenario("outreach_push+subsidy_raise").name
    'outreach_push+subsidy_raise'
    """
    if inputs is None:
        from bhxh_forecast.inputs.reader import load_inputs

        inputs = load_inputs()
    faults = Faults()
    reader = scenario_documents(inputs, faults)
    whole = isinstance(source, Path) or "+" not in source or Path(source).is_file()
    documents = [reader.load(part) for part in ([source] if whole else str(source).split("+"))]
    faults.stop()
    by_name: dict[str, Document] = {}
    for document in documents:
        if document is not None and by_name.setdefault(document.name, document).file != document.file:
            place, other = (document.file, 1, 1), by_name[document.name].file
            faults.at(place, "name", repr(document.name), f"another name than that of {other}")
    scenario = _combined(dict(sorted(by_name.items())), inputs, faults)
    faults.stop()
    resolve_levers(scenario, inputs, np.arange(FIRST_MONTH, _CHECKED_UNTIL))
    return scenario


def scenario_names(inputs: Inputs) -> list[str]:
    """Names of the shipped scenarios, the baseline first."""
    names = scenario_documents(inputs, Faults()).names
    return sorted(names, key=lambda name: (name != "current_policy", name))


def scenario_documents(inputs: Inputs, faults: Faults) -> Documents:
    """Reader of scenario files against the levers and the law of the inputs."""

    def read_sections(nodes: Mapping[str, Node], faults: Faults) -> Sections:
        return {
            "levers": read_lever_settings(nodes.get("levers"), inputs.levers, faults),
            "law": read_law_settings(nodes.get("law"), inputs.law, inputs.computed, faults),
        }

    return Documents(inputs.folder, "scenarios", "scenario", ScenarioFile, read_sections, faults)


def _combined(documents: Mapping[str, Document], inputs: Inputs, faults: Faults) -> Scenario:
    counterfactual = any(document.counterfactual for document in documents.values())
    law = {name: document.sections["law"] for name, document in documents.items()}
    first = next(iter(documents.values()))
    several = len(documents) > 1
    return Scenario(
        name="+".join(documents),
        title={lang: " + ".join(d.title[lang] for d in documents.values()) for lang in ("vi", "en")},
        description={
            lang: " ".join(d.description[lang] for d in documents.values()) for lang in ("vi", "en")
        },
        counterfactual=counterfactual,
        levers=combine_levers({n: d.sections["levers"] for n, d in documents.items()}, faults),
        law=combine_law(law, inputs.law, counterfactual, faults) if several else first.sections["law"],
        extends=tuple(documents) if several else first.extends,
        file="" if several else first.file,
    )


def _text(month: np.datetime64 | None) -> str | None:
    return None if month is None else str(month)
