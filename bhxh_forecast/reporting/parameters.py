"""The parameters of a notebook, checked before a kernel starts."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from bhxh_forecast.errors import InputError, Problem, nearest_name

CELL = "# Parameters\n"  # first line of the cell that papermill adds


def _day(value: Any) -> Any:
    return None if value == "" else value


class NotebookParameters(BaseModel):
    """Parameters of every notebook, with the values of the contract.

    ``as_of`` empty: the newest date of the data. ``run_dir`` empty: the notebook computes for itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scenario: StrictStr = Field("current_policy", min_length=1)
    world: StrictStr = Field("reference", min_length=1)
    draws: StrictInt = Field(10_000, ge=2, le=10_000_000)
    seed: StrictInt = Field(20181116, ge=0)
    as_of: Annotated[date | None, BeforeValidator(_day)] = None
    until: StrictInt = Field(2030, ge=2021, le=2100)
    lang: Literal["vi", "en"] = "vi"
    run_dir: StrictStr = ""


def check_parameters(values: Mapping[str, Any], file: str = "parameters") -> NotebookParameters:
    """Validate parameters and name every wrong one at once.

    Raises
    ------
    InputError
        One problem per wrong, misspelled or out-of-range parameter.

    Examples
    --------
    >>> check_parameters({"lang": "en"}).draws
    10000
    """
    try:
        return NotebookParameters(**values)
    except ValidationError as error:
        raise InputError([_problem(item, file) for item in error.errors()]) from None


def injected() -> dict[str, Any]:
    """Return what papermill gave to the notebook that runs in this process: empty where none runs.

    Papermill only warns of a parameter that a notebook does not have and goes on with the default; its cell, which
    begins with ``# Parameters``, is read here so that a misspelt one can be refused.
    """
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    cells = [] if shell is None else [text for text in shell.user_ns.get("In", ()) if text.startswith(CELL)]
    given: dict[str, Any] = {}
    for node in (node for text in cells for node in ast.parse(text).body):
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            given |= {name: shell.user_ns[name] for name in names}
    return given


def _problem(item: Any, file: str) -> Problem:
    names = list(NotebookParameters.model_fields)
    field = str(item["loc"][0]) if item["loc"] else "parameters"
    if item["type"] == "extra_forbidden":
        return Problem(
            file, 0, 0, field, "an unknown parameter", ", ".join(names), nearest_name(field, names)
        )
    return Problem(file, 0, 0, field, repr(item.get("input")), str(item["msg"]).lower())
