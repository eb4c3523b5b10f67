"""Scenarios in words: what one changes, and the commented file a new one starts from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs, LeverSpec, Scenario, Step

WORDS = {
    "en": {
        "counterfactual": "counterfactual: it changes the past",
        "levers": "Levers (baseline -> scenario)",
        "law": "Law",
        "nothing": "Changes nothing: it is the baseline.",
        "now": "from the month after as-of",
        "ramp": "over {ramp} months",
        "value": "{amount:.10g}",
        "add": "baseline + {amount:.10g}",
        "times": "baseline x {amount:.10g}",
        "from": "from",
        "to": "to",
    },
    "vi": {
        "counterfactual": "giả định ngược: thay đổi cả quá khứ",
        "levers": "Công cụ chính sách (kịch bản cơ sở -> kịch bản này)",
        "law": "Pháp luật",
        "nothing": "Không thay đổi gì: đây là kịch bản cơ sở.",
        "now": "từ tháng sau ngày chốt số liệu",
        "ramp": "trong {ramp} tháng",
        "value": "{amount:.10g}",
        "add": "kịch bản cơ sở + {amount:.10g}",
        "times": "kịch bản cơ sở x {amount:.10g}",
        "from": "từ",
        "to": "đến",
    },
}


def describe(scenario: Scenario, inputs: Inputs, lang: str) -> str:
    """Return what a scenario changes, in lines.

    Parameters
    ----------
    scenario, inputs
        The scenario and the data it was read against.
    lang
        ``vi`` or ``en``.
    """
    words = WORDS[lang]
    lines = [f"{scenario.name}: {scenario.title[lang]}", scenario.description[lang]]
    if scenario.counterfactual:
        lines.append(f"[{words['counterfactual']}]")
    if not scenario.levers and not scenario.law:
        lines.append(words["nothing"])
    if scenario.levers:
        lines += ["", words["levers"]]
    for name, steps in sorted(scenario.levers.items()):
        spec = inputs.levers[name]
        lines.append(f"  {name}: {spec.name[lang]} [{spec.unit}]")
        lines.append(f"    {_baseline(spec, inputs)} -> {_steps(steps, words)}")
    if scenario.law:
        lines += ["", words["law"]]
    for name, setting in sorted(scenario.law.items()):
        label = inputs.labels.get(name, {}).get(lang, "")
        lines.append(f"  {name}" + (f" ({label})" if label else "") + f" -> {setting.shown()}")
    return "\n".join(lines)


def template(name: str, extends: str, inputs: Inputs) -> str:
    """Return a commented scenario file: every lever with its unit, range and baseline, all of them off."""
    lines = [
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


def _steps(steps: Sequence[Step], words: dict[str, str]) -> str:
    return "; ".join(_step(step, words) for step in steps)


def _step(step: Step, words: dict[str, str]) -> str:
    parts = [words[step.kind].format(amount=step.amount)]
    parts.append(words["now"] if step.from_ is None else f"{words['from']} {step.from_}")
    if step.to is not None:
        parts.append(f"{words['to']} {step.to}")
    if step.ramp:
        parts.append(words["ramp"].format(ramp=step.ramp))
    return " ".join(parts)
