"""``%%scenario`` in a notebook: a scenario file written in a cell, with completion, checked and saved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion, context_matcher

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import Inputs, Scenario, load_inputs, load_scenario
from bhxh_forecast.reporting.blocks import Block, paragraph, stack

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext
    from IPython.core.interactiveshell import InteractiveShell

MAGIC = "%%scenario"
TOP = ("name", "title", "description", "counterfactual", "extends", "levers", "law")
STEP = ("from", "to", "value", "add", "times", "ramp")
LAW = ("absent", "starts", "from", "to", "value")
WORD = re.compile(r"[\w.]*$")


def completions(text: str, inputs: Inputs, scenarios: list[str]) -> list[str]:
    """What may stand at the end of a scenario text.

    Parameters
    ----------
    text
        The text up to the cursor.
    scenarios
        Names that ``extends`` may have.

    Returns
    -------
    list of str
        Words that begin with what is already written.
    """
    *before, line = text.split("\n")
    word = WORD.search(line).group(0)  # type: ignore[union-attr]
    path = _path(before, line)
    if "{" in line or "[" in line:
        offered = list(LAW if path[:1] == ["law"] else STEP)
    elif line.startswith("extends:"):
        offered = scenarios
    elif path[:1] == ["levers"]:
        offered = _next(inputs.levers, path[1:])
    elif path[:1] == ["law"]:
        offered = [*inputs.law.ids, *sorted(inputs.law.acts)]
    else:
        offered = [] if path else list(TOP)
    return [name for name in offered if name.startswith(word)]


def _path(before: list[str], line: str) -> list[str]:
    """Keys above the line, outermost first, by indentation."""
    depth = len(line) - len(line.lstrip())
    path: list[str] = []
    for above in reversed(before):
        indent = len(above) - len(above.lstrip())
        key = above.strip().split(":")[0]
        if above.strip() and indent < depth:
            path.insert(0, key)
            depth = indent
    return path


def _next(levers: Any, path: list[str]) -> list[str]:
    """The parts of lever ids that follow a path."""
    start = "".join(f"{part}." for part in path)
    return sorted({name[len(start) :].split(".")[0] for name in levers if name.startswith(start)})


def save(text: str, folder: Path, inputs: Inputs) -> tuple[Scenario, Path]:
    """Check a scenario text and write it under its name.

    Raises
    ------
    InputError
        With every problem of the text; nothing is written then.
    """
    found = re.search(r"^name:\s*([a-z][a-z0-9_]{0,40})\s*$", text, re.MULTILINE)
    if not found:
        raise InputError.of(MAGIC, "name", "nothing", "a line like name: my_plan")
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{found.group(1)}.yaml"
    draft.write_text(text, encoding="utf-8", newline="\n")
    try:
        scenario = load_scenario(draft, inputs)
        return scenario, draft.replace(folder / f"{found.group(1)}.yaml")
    finally:
        draft.unlink(missing_ok=True)


def show(scenario: Scenario, path: Path) -> Block:
    """What was saved, and what the scenario changes."""
    changes = [
        f"{name}: {setting}"
        for kind in ("levers", "law")
        for name, setting in scenario.as_dict()[kind].items()
    ]
    return stack(paragraph(f"{path}    bhxh run {path}"), *(paragraph(change, "note") for change in changes))


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the cell and its completion; IPython calls it."""
    inputs = load_inputs()
    from bhxh_forecast.inputs.scenarios import scenario_names

    names = scenario_names(inputs)

    def scenario(line: str, cell: str) -> Block:
        try:
            return show(*save(cell, Path(line.strip() or "scenarios"), inputs))
        except InputError as error:
            return stack(*(paragraph(str(problem), "gate-draft") for problem in error.problems))

    @context_matcher()  # type: ignore[untyped-decorator]
    def complete(context: CompletionContext) -> dict[str, Any]:
        text = context.full_text
        if not text.startswith(MAGIC):
            return {"completions": [], "suppress": False}
        lines = text.split("\n")
        until = [*lines[1 : context.cursor_line], context.line_with_cursor[: context.cursor_position]]
        offered = completions("\n".join(until), inputs, names)
        found = [SimpleCompletion(text=name, type="scenario") for name in offered]
        fragment = WORD.search(until[-1]).group(0)  # type: ignore[union-attr]
        return {"completions": found, "suppress": True, "matched_fragment": fragment}

    shell.register_magic_function(scenario, "cell", "scenario")  # type: ignore[arg-type]
    shell.Completer.custom_matchers.append(complete)
