"""Worlds: external conditions, as dated changes of uncertainties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.inputs.documents import Documents, Sections
from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.grammar import WorldFile
from bhxh_forecast.inputs.settings import read_assumptions
from bhxh_forecast.inputs.world_paths import UncertaintyPath, WorldChange, follow_changes
from bhxh_forecast.inputs.yaml_positions import Node
from bhxh_forecast.timeline import Months, month_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs


@dataclass(frozen=True)
class World:
    """External conditions.

    Attributes
    ----------
    name, title, description
        Id, and texts in both languages.
    counterfactual
        Whether a change may be dated before the as-of date.
    assumptions
        Uncertainty (prior id) -> dated changes.
    """

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    counterfactual: bool = False
    assumptions: Mapping[str, tuple[WorldChange, ...]] = field(default_factory=dict)
    extends: tuple[str, ...] = ()
    file: str = ""


def load_world(source: str | Path, inputs: Inputs | None = None) -> World:
    """Load a world by name or path.

    Raises
    ------
    InputError
        With every problem of the file at once.
    """
    if inputs is None:
        from bhxh_forecast.inputs.reader import load_inputs

        inputs = load_inputs()
    faults = Faults()
    document = world_documents(inputs, faults).load(source)
    faults.stop()
    assert document is not None
    return World(
        document.name,
        document.title,
        document.description,
        document.counterfactual,
        document.sections["assumptions"],
        document.extends,
        document.file,
    )


def world_names(inputs: Inputs) -> list[str]:
    """Names of the shipped worlds, the reference first."""
    names = world_documents(inputs, Faults()).names
    return sorted(names, key=lambda name: (name != "reference", name))


def world_documents(inputs: Inputs, faults: Faults) -> Documents:
    """Reader of world files against the uncertainties of the inputs."""
    known = [name for name, prior in inputs.priors.items() if prior.sampled or prior.distribution == "fixed"]

    def read_sections(nodes: Mapping[str, Node], faults: Faults) -> Sections:
        return {"assumptions": read_assumptions(nodes.get("assumptions"), known, faults)}

    return Documents(inputs.folder, "worlds", "world", WorldFile, read_sections, faults)


def resolve_world(world: World, inputs: Inputs, months: Months) -> dict[str, UncertaintyPath]:
    """What a world does to each uncertainty it names, month by month.

    Changes act from the month after the as-of date, in a counterfactual world from their own date.

    Parameters
    ----------
    months
        Consecutive months, shape (T,).
    """
    months = np.asarray(months, dtype="datetime64[M]")
    after = max(0, int((month_of(inputs.as_of) + 1 - months[0]).astype(int)))
    first = 0 if world.counterfactual else after
    return {name: follow_changes(changes, months, first) for name, changes in world.assumptions.items()}
