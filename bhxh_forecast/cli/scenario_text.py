"""Scenario files: the commented one a new scenario starts from, and the copy of another."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bhxh_forecast.errors import InputError

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs, LeverSpec, Scenario

SCHEMA = "schema/scenario.schema.json"
MODELINE = re.compile(r"^# yaml-language-server: .*\n", re.MULTILINE)
NAME = re.compile(r"^name:[^#\n]*?(?=\s*(#.*)?$)", re.MULTILINE)


def modeline(inputs: Inputs, path: Path) -> str:
    """First line that tells editors (VS Code, JupyterLab) where the schema lies: they complete and check then."""
    schema = os.path.relpath(inputs.folder.root / SCHEMA, path.absolute().parent)
    return f"# yaml-language-server: $schema={Path(schema).as_posix()}"


def copied(name: str, scenario: Scenario, inputs: Inputs, path: Path) -> str:
    """Return the file of a scenario under another name, comments and order kept.

    Raises
    ------
    InputError
        For a combination of scenarios, which has no file.
    """
    if not scenario.file:
        raise InputError.of(
            "bhxh scenario new",
            "--copy",
            repr(scenario.name),
            "one scenario or file; use extends for several",
        )
    text = MODELINE.sub("", Path(scenario.file).read_text(encoding="utf-8"), count=1)
    return f"{modeline(inputs, path)}\n{NAME.sub(f'name: {name}', text, count=1)}"


def template(name: str, extends: str, inputs: Inputs, file: Path) -> str:
    """Return a commented scenario file: every lever with its unit, range and baseline, all of them off."""
    lines = [
        modeline(inputs, file),
        f"# A scenario for: bhxh run {name}.yaml    What it changes: bhxh scenario show {name}.yaml",
        "# Take the # off a lever to set it. A plain number holds from the month after the as-of date; steps have",
        "# from and to (YYYY-MM), one of value, add or times (on the baseline), and ramp (months).",
        f"name: {name}",
        f'title: {{vi: "{name}", en: "{name}"}}',
        f'description: {{vi: "Kịch bản {name}.", en: "Scenario {name}."}}',
        f"extends: {extends}",
        "# levers:",
    ]
    branches: list[str] = []
    for spec in inputs.levers.values():
        *path, leaf = spec.id.split(".")
        for depth, branch in enumerate(path):
            if branches[: depth + 1] != path[: depth + 1]:
                lines.append(f"#   {'  ' * depth}{branch}:")
        branches = path
        setting, comment = _example(spec, inputs)
        line = f"#   {'  ' * len(path)}{leaf}: {setting}"
        lines.append(f"{line:70} # {comment}")
    lines += [
        "# law:            # provisions, groups or acts of data/law",
        "#   PROVISION: {starts: 2028-01-01}                      # its next change comes then",
        "#   PROVISION: {absent: true}                            # not in force",
        "#   PROVISION: [{from: 2027-01-01, value: 0.15}]         # another value",
    ]
    return "\n".join(lines) + "\n"


def _example(spec: LeverSpec, inputs: Inputs) -> tuple[str, str]:
    """Return a setting that keeps the baseline, and what the lever is."""
    setting = f"[{{from: {inputs.as_of.year + 1}-01, value: {_baseline(spec, inputs)}}}]"
    allowed = f"{spec.minimum:.10g} to {spec.maximum:.10g} {spec.unit}"
    return setting, f"{allowed}: {spec.name['en']} / {spec.name['vi']}"


def _baseline(spec: LeverSpec, inputs: Inputs) -> str:
    """Value in the month after the as-of date."""
    import numpy as np

    from bhxh_forecast.timeline import month_of

    month = np.array([month_of(inputs.as_of) + 1])
    return f"{float(spec.baseline_path(inputs.law, month)[0]):.10g}"
