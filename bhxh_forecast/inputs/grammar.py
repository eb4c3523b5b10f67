"""The grammar of scenario and world files, as pydantic models: the one place that says which keys there are.

The models validate, give the JSON schemas of ``data/schema``, and the names that an error message offers. Places are
added by :func:`validate`, which knows the YAML nodes.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bhxh_forecast.inputs.faults import Faults, number_meant, number_range, parse_day, truth_meant
from bhxh_forecast.inputs.yaml_positions import Node

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
NAME = r"^[a-z][a-z0-9_]{0,40}$"
MAX_RAMP = 240
_NAME_SCHEMA: dict[str, Any] = {"type": "string", "pattern": NAME}
_IN_WORDS = {
    MONTH: "a month, YYYY-MM",
    DAY: "a date, YYYY-MM-DD",
    NAME: "a name: a letter a-z, then at most 40 letters a-z, digits or _",
}


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _written_as(pattern: str) -> BeforeValidator:
    """Refuse what is not text of a pattern, numbers included, with one message; of days also 31 February."""

    def check(value: Any) -> Any:
        fits = isinstance(value, str) and re.fullmatch(pattern, value)
        if not fits or (pattern == DAY and parse_day(value) is None):
            raise PydanticCustomError("string_pattern_mismatch", "", {"pattern": pattern})
        return value

    return BeforeValidator(check)


Number = Annotated[float, Field(allow_inf_nan=False)]
Month = Annotated[str, Field(pattern=MONTH), _written_as(MONTH)]
Day = Annotated[str, Field(pattern=DAY), _written_as(DAY)]
Name = Annotated[str, Field(pattern=NAME), _written_as(NAME)]
Names = Annotated[
    list[Name],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_NAME_SCHEMA, {"type": "array", "items": _NAME_SCHEMA}]}),
]
Scalar = Annotated[Any, WithJsonSchema({"type": ["number", "boolean", "string"]})]


class Model(BaseModel):
    """Strict: no unknown key, no conversion of one kind of value into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BothLanguages(Model):
    """Text in Vietnamese and English."""

    vi: str = Field(min_length=1, description="Vietnamese, with diacritics.")
    en: str = Field(min_length=1, description="English.")


class _OneAction(Model):
    """Exactly one of the actions, and an end that is not before the beginning."""

    actions: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = [action for action in self.actions if getattr(self, action) is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_action", "", {"given": " and ".join(given) or "none of them"})
        first, last = getattr(self, "from_", None), getattr(self, "to", None)
        if first is not None and last is not None and last < first:
            raise PydanticCustomError("to_before_from", "", {"first": first})
        return self


class LeverStep(_OneAction):
    """A step of a lever: exactly one of value, add, times."""

    actions: ClassVar[tuple[str, ...]] = ("value", "add", "times")

    from_: Month = Field(alias="from", description="First month, YYYY-MM.")
    to: Month | None = Field(
        None, description="Last month, YYYY-MM, inclusive; afterwards the baseline returns."
    )
    value: Number | None = Field(None, description="The lever's value.")
    add: Number | None = Field(None, description="Added to the baseline.")
    times: Number | None = Field(None, description="Multiplies the baseline.")
    ramp: int | None = Field(
        None, ge=0, le=MAX_RAMP, description="Months until the level is reached, on a line."
    )


class WorldStep(_OneAction):
    """A change of an uncertainty: exactly one of shift, scale, value."""

    actions: ClassVar[tuple[str, ...]] = ("shift", "scale", "value")

    from_: Month | None = Field(
        None, alias="from", description="First month; else the first after the as-of date."
    )
    to: Month | None = Field(None, description="Last month, YYYY-MM, inclusive.")
    shift: Number | None = Field(None, description="Added to every draw.")
    scale: Number | None = Field(None, description="Multiplies every draw.")
    value: Number | None = Field(None, description="Replaces every draw.")


class LawValue(_OneAction):
    """A value of a provision from one day to another."""

    actions: ClassVar[tuple[str, ...]] = ("value",)

    from_: Day = Field(alias="from", description="First day, YYYY-MM-DD.")
    to: Day | None = Field(None, description="Last day, YYYY-MM-DD, inclusive; afterwards the law returns.")
    value: Scalar = Field(None, description="The provision's value, in its unit.")


class LawSwitch(_OneAction):
    """A provision, group or act that does not come, or comes on another day."""

    actions: ClassVar[tuple[str, ...]] = ("absent", "starts")

    absent: Literal[True] | None = Field(None, description="true: not in force; the row before it goes on.")
    starts: Day | None = Field(None, description="YYYY-MM-DD: the next change comes on this day instead.")


class Head(Model):
    """What scenario and world files begin with."""

    name: Name = Field(description="Equal to the file's name inside data/.")
    title: BothLanguages | None = Field(None, description="Title in both languages.")
    description: BothLanguages | None = Field(None, description="What it means, in both languages.")
    counterfactual: bool | None = Field(
        None, description="true: may differ from what happened before the as-of date."
    )
    extends: Names | None = Field(None, description="One name or several to start from; later ones win.")


class ScenarioFile(Head):
    """A scenario: what the city does (levers) and which law it meets."""

    levers: dict[str, Any] | None = Field(None, description="Lever -> a number, or a list of steps.")
    law: dict[str, Any] | None = Field(
        None, description="Provision, group or act -> absent, starts, or steps."
    )


class WorldFile(Head):
    """A world: external conditions, as changes of uncertainties."""

    assumptions: dict[str, Any] | None = Field(
        None, description="Uncertainty -> shift, scale or value, or a list."
    )


M = TypeVar("M", bound=Model)


def keys_of(model: type[BaseModel]) -> list[str]:
    """Keys that a model allows, as they are written in a file."""
    return [info.alias or name for name, info in model.model_fields.items()]


def validate(model: type[M], node: Node, field: str, faults: Faults) -> M | None:
    """Validate a YAML node; every problem goes to ``faults`` with its place."""
    if not isinstance(node.value, dict):
        faults.add(node, field or "file", node.shown(), f"a mapping with {', '.join(keys_of(model))}")
        return None
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        for item in error.errors(include_url=False):
            _report(model, node, item["loc"], item["type"], item.get("ctx", {}), field, faults)
        return None


def _report(
    model: type[BaseModel], node: Node, path: tuple[Any, ...], kind: str, context: dict[str, Any], field: str,
    faults: Faults,
) -> None:  # fmt: skip
    name = field
    for part in path:
        name = f"{name}[{part}]" if isinstance(part, int) else (f"{name}.{part}" if name else part)
    here = node.at(path)
    if kind == "extra_forbidden":
        place = (node.file, *node.at(path[:-1]).key_place(path[-1]))
        faults.at(place, name, f"'{path[-1]}'", keys_of(_model_at(model, path[:-1])))
    elif kind == "missing":
        faults.add(here, name, "nothing", "this key with a value")
    elif kind == "one_action":
        actions = getattr(_model_at(model, path), "actions", ())
        several = "exactly one of " if len(actions) > 1 else ""
        faults.add(here, name, context["given"], several + ", ".join(actions))
    elif kind == "to_before_from":
        last = here.value["to"]
        faults.add(last, f"{name}.to", last.shown(), f"{context['first']} (from) or later")
    else:
        allowed, nearest = _allowed(kind, context, here)
        faults.add(here, name, here.shown(), allowed, nearest)


def _allowed(kind: str, context: dict[str, Any], node: Node) -> tuple[str, str]:
    """Say what may stand where a value of the wrong kind stands, and what was probably meant."""
    words = {
        "string_pattern_mismatch": (_IN_WORDS.get(context.get("pattern", ""), ""), ""),
        "float_type": ("a number", number_meant(node.text)),
        "finite_number": ("a number", ""),
        "int_type": (number_range("a whole number", 0, MAX_RAMP), number_meant(node.text)),
        "greater_than_equal": (number_range("a whole number", 0, MAX_RAMP), ""),
        "less_than_equal": (number_range("a whole number", 0, MAX_RAMP), ""),
        "bool_type": ("true or false", truth_meant(node.text)),
        "literal_error": ("true", truth_meant(node.text)),
        "string_type": ("text (in quotes)", ""),
        "string_too_short": ("text that is not empty", ""),
        "list_type": ("a name or a list of names", ""),
        "model_type": ("a mapping", ""),
        "dict_type": ("a mapping", ""),
    }
    return words.get(kind, (kind.replace("_", " "), ""))


def _model_at(model: type[BaseModel], path: tuple[Any, ...]) -> type[BaseModel]:
    """Model that describes the mapping at a path."""
    for part in path:
        info = next((info for name, info in model.model_fields.items() if part in (name, info.alias)), None)
        candidates = (info.annotation, *get_args(info.annotation)) if info else ()
        model = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), model)
    return model
