"""Forms of the printed tables: versioned data, one file per code and version in ``data/forms``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bhxh_forecast.inputs.faults import Faults, join
from bhxh_forecast.inputs.folder import DataFolder, read_yaml_file
from bhxh_forecast.inputs.yaml_positions import Node

FOLDER = "forms"
CHECKED = "checked"
STATUSES = (CHECKED, "not_checked")
UNITS = ("million_vnd", "billion_vnd", "share", "mixed")
COLUMN_KINDS = ("text", "money", "billion", "vnd", "count", "share", "percent")
ROW_KINDS = (
    "total",
    "field",
    "programme",
    "part",
    "leaf",
    "leaf_programme",
    "memo_head",
    "memo",
    "text",
)
CLASSES = ("base", "new")
_KEYS = (
    "code",
    "version",
    "form_number",
    "act",
    "reference",
    "status",
    "checked_by",
    "checked_on",
    "title",
    "unit",
    "columns",
    "rows",
)


@dataclass(frozen=True)
class FormColumn:
    """A column: id, letter in the row of letters, kind of its values, heading in both languages."""

    id: str
    letter: str
    kind: str
    head: Mapping[str, str]


@dataclass(frozen=True)
class FormRow:
    """A row that always stands: id, number in the first column, kind, label in both languages."""

    id: str
    number: str
    kind: str
    label: Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """One version of a form.

    Attributes
    ----------
    code, version
        Code of the table in this project and version of its definition.
    form_number, act, reference
        Number of the issued form that it follows, the act, and where it was read.
    status
        ``checked`` when a person compared the columns with the issued form: only then is the number printed.
    title, unit, columns, rows
        What is printed.
    """

    code: str
    version: str
    form_number: str
    act: str
    reference: str
    status: str
    title: Mapping[str, str]
    unit: str
    columns: tuple[FormColumn, ...]
    rows: tuple[FormRow, ...]

    @property
    def number(self) -> str:
        """The form number to print; empty while the definition is not checked against the original."""
        return self.form_number if self.status == CHECKED else ""


def read_forms(folder: DataFolder, faults: Faults) -> dict[str, Form]:
    """Read every form; of several versions of a code the latest stands.

    Parameters
    ----------
    folder
        The data folder with its overlays.
    faults
        Where problems go.
    """
    forms: dict[str, Form] = {}
    for layer in folder.layers:
        for path in sorted((layer / FOLDER).glob("*/*.yaml")):
            node = read_yaml_file(path, faults)
            form = None if node is None else _form(node, faults)
            if node is None or form is None:
                continue
            if (form.code, form.version) != (path.parent.name, path.stem):
                faults.add(node, "code", f"'{form.code}' {form.version}", f"{path.parent.name} {path.stem}")
            if form.code not in forms or form.version >= forms[form.code].version:
                forms[form.code] = form
    return forms


def _form(node: Node, faults: Faults) -> Form | None:
    entry = faults.mapping(node, "", keys=_KEYS, required=_KEYS)
    if any(key not in entry for key in _KEYS):
        return None
    words = {key: faults.text(entry[key], key) for key in _KEYS[:5]}
    status = faults.choice(entry["status"], "status", STATUSES)
    if status == CHECKED:
        for key in ("form_number", "act", "reference", "checked_by"):
            faults.text(entry[key], key, empty=False)
        faults.day(entry["checked_on"], "checked_on")
    return Form(
        **words,
        status=status,
        title=faults.both_languages(entry["title"], "title"),
        unit=faults.choice(entry["unit"], "unit", UNITS),
        columns=tuple(FormColumn(**item) for item in _items(entry["columns"], "columns", faults)),
        rows=tuple(FormRow(**item) for item in _items(entry["rows"], "rows", faults)),
    )


def _items(node: Node, field: str, faults: Faults) -> list[dict[str, Any]]:
    """Columns or rows of a form, with their ids each once."""
    mark, word = ("letter", "head") if field == "columns" else ("number", "label")
    kinds = COLUMN_KINDS if field == "columns" else ROW_KINDS
    if not isinstance(node.value, list):
        faults.add(node, field, node.shown(), "a list")
        return []
    found: list[dict[str, Any]] = []
    for position, child in enumerate(node.value):
        place = f"{field}[{position}]"
        entry = faults.mapping(child, place, keys=("id", mark, "kind", word), required=("id", "kind", word))
        if any(key not in entry for key in ("id", "kind", word)):
            continue
        item: dict[str, Any] = {"id": faults.text(entry["id"], join(place, "id"), empty=False)}
        if any(other["id"] == item["id"] for other in found):
            faults.add(entry["id"], join(place, "id"), f"'{item['id']}' twice", "ids that differ")
        item["kind"] = faults.choice(entry["kind"], join(place, "kind"), kinds)
        item[mark] = faults.text(entry[mark], join(place, mark)) if mark in entry else ""
        item[word] = faults.both_languages(entry[word], join(place, word))
        found.append(item)
    return found


def read_classification(folder: DataFolder, faults: Faults) -> dict[str, dict[str, Any]]:
    """Read which changes count as new spending, each with its reason: ``data/forms/classification.yaml``."""
    result = {}
    for name, item in faults.mapping(folder.yaml(f"{FOLDER}/classification.yaml", faults), "").items():
        entry = faults.mapping(item, name, keys=("class", "reason"), required=("class", "reason"))
        if "class" in entry and "reason" in entry:
            reason = faults.both_languages(entry["reason"], join(name, "reason"))
            result[name] = {
                "class": faults.choice(entry["class"], join(name, "class"), CLASSES),
                "reason": reason,
            }
    return result


def check_forms(folder: DataFolder, faults: Faults) -> None:
    """Read everything in ``data/forms``."""
    read_forms(folder, faults)
    read_classification(folder, faults)
