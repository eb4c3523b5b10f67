"""JSON schemas of scenario and world files, for editors; ``python -m bhxh_forecast.inputs.schema`` writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.grammar import (
    Head,
    LawSwitch,
    LawValue,
    LeverStep,
    Model,
    ScenarioFile,
    WorldFile,
    WorldStep,
)
from bhxh_forecast.inputs.law import LawBook
from bhxh_forecast.inputs.law_file import read_law
from bhxh_forecast.inputs.lever_specs import LeverSpec, read_levers
from bhxh_forecast.inputs.register import read_register

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def scenario_schema(levers: Mapping[str, LeverSpec], law: LawBook) -> Schema:
    """Schema of a scenario file: the levers with units and ranges; provisions, groups and acts of the law by name."""
    schema = _file_schema(ScenarioFile, (LeverStep, LawValue, LawSwitch))
    schema["properties"]["levers"].update(_tree(levers))
    schema["properties"]["law"] |= {"additionalProperties": False, "properties": _law_names(law)}
    schema["$defs"]["LawSetting"] = {"anyOf": [{"$ref": "#/$defs/LawSwitch"}, *_one_or_list("LawValue")]}
    return schema


def _law_names(law: LawBook) -> Schema:
    """What may be set under ``law``: provisions with values or switches, groups likewise, acts with switches alone."""
    switch, either = ({"$ref": f"#/$defs/{name}"} for name in ("LawSwitch", "LawSetting"))
    names: Schema = {}
    for provision in law.everything.values():
        text = f"{provision.name['en']} ({provision.unit}). {provision.name['vi']}."
        names[provision.id] = {"title": provision.name["en"], "description": text, **either}
    parts = [name.split(".") for name in law.ids]
    groups = sorted({".".join(part[:k]) for part in parts for k in range(1, len(part))} - set(law.ids))
    for group in groups:
        inside = ", ".join(name for name in law.ids if name.startswith(f"{group}."))
        names[group] = {"description": f"All of: {inside}.", **either}
    for act in sorted(law.acts):
        names[act] = {"description": "A whole act: {absent: true} or {starts: YYYY-MM-DD}.", **switch}
    return dict(sorted(names.items()))


def world_schema() -> Schema:
    """Schema of a world file."""
    schema = _file_schema(WorldFile, (WorldStep,))
    schema["properties"]["assumptions"]["additionalProperties"] = {"anyOf": _one_or_list("WorldStep")}
    return schema


def schema_texts(folder: DataFolder) -> dict[str, str]:
    """Text of each schema file, by its path in the data folder."""
    faults = Faults()
    register = read_register(folder.yaml("assumptions/register.yaml", faults), faults)
    levers = read_levers(folder.yaml("levers.yaml", faults), register, faults)
    law = read_law(folder, faults)
    faults.stop()
    schemas = {"scenario": scenario_schema(levers, law), "world": world_schema()}
    return {
        f"schema/{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas.items()
    }


def write_schemas(data: Path | None = None) -> list[Path]:
    """Write the schemas into a data folder; return their paths."""
    folder = DataFolder(data)
    written = []
    for name, text in schema_texts(folder).items():
        path = folder.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _file_schema(model: type[Head], parts: tuple[type[Model], ...]) -> Schema:
    """Schema of a file with the definitions of its steps."""
    references, bundle = models_json_schema([(part, "validation") for part in (model, *parts)], by_alias=True)
    definitions = _without_null(bundle["$defs"])
    for part in parts:
        actions = getattr(part, "actions", ())
        definitions[part.__name__]["oneOf"] = [{"required": [action]} for action in actions]
    own = definitions.pop(references[(model, "validation")]["$ref"].rsplit("/", 1)[1])
    return {"$schema": DIALECT, **own, "$defs": definitions}


def _without_null(node: Any) -> Any:
    """Leave out that a key may be null: it may be left out."""
    if isinstance(node, list):
        return [_without_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _without_null(value) for key, value in node.items() if not (key == "default" and value is None)
    }
    options = kept.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        others = [option for option in options if option != {"type": "null"}]
        kept.pop("anyOf")
        kept = {**(others[0] if len(others) == 1 else {"anyOf": others}), **kept}
    return kept


def _one_or_list(name: str) -> list[Schema]:
    step = {"$ref": f"#/$defs/{name}"}
    return [step, {"type": "array", "items": step}]


def _tree(levers: Mapping[str, LeverSpec]) -> Schema:
    """Nested properties of the levers."""
    tree: Schema = {"type": "object", "additionalProperties": False, "properties": {}}
    for name, spec in levers.items():
        *branches, leaf = name.split(".")
        node = tree
        for branch in branches:
            empty = {"type": "object", "additionalProperties": False, "properties": {}}
            node = node["properties"].setdefault(branch, empty)
        node["properties"][leaf] = _leaf(spec)
    return tree


def _leaf(spec: LeverSpec) -> Schema:
    number = {"type": "number", "minimum": spec.minimum, "maximum": spec.maximum}
    return {
        "title": spec.name["en"],
        "description": f"{spec.description['en']} ({spec.unit}). {spec.description['vi']}.",
        "anyOf": [number, *_one_or_list("LeverStep")],
    }


if __name__ == "__main__":
    for written in write_schemas():
        print(written.name)  # noqa: T201
