"""Reads data/law/*.yaml into a law book, with every problem and its place."""

from __future__ import annotations

from datetime import date

from bhxh_forecast.inputs.faults import Faults, parse_day
from bhxh_forecast.inputs.folder import DataFolder, read_yaml_file
from bhxh_forecast.inputs.law import LawBook, LawRow, Provision
from bhxh_forecast.inputs.law_rates import fill_rates
from bhxh_forecast.inputs.yaml_positions import Node

STATUSES = ("cited", "derived", "unverified", "expert")
ENACTED_BASES = ("stated", "assumed")
_PROVISION_KEYS = ("name", "unit", "rows")
_TEXT_KEYS = ("act", "under", "reference", "source", "url", "note")
_ROW_KEYS = ("from", "to", "value", "enacted", "enacted_basis", "status", "checked", *_TEXT_KEYS)
_ROW_REQUIRED = ("from", "value", "act", "enacted", "enacted_basis", "reference", "status")


def read_law(folder: DataFolder, faults: Faults) -> LawBook:
    """Read all provisions of the data folder and its overlays (an overlay's provision replaces one of the same id)."""
    provisions: dict[str, Provision] = {}
    for layer in folder.layers:
        found: dict[str, tuple[str, int]] = {}
        for path in sorted((layer / "law").glob("*.yaml")):
            node = read_yaml_file(path, faults)
            if node is None:
                continue
            for name, entry in faults.mapping(node, "").items():
                if name in found:
                    file, line = found[name]
                    faults.at(
                        (node.file, *node.key_place(name)),
                        name,
                        "the provision again",
                        f"once ({file}:{line})",
                    )
                    continue
                found[name] = (node.file, node.keys[name][0])
                provisions[name] = _provision(name, entry, folder.stable_name(path), faults)
    return LawBook(fill_rates(provisions, folder, faults))


def _provision(name: str, node: Node, file: str, faults: Faults) -> Provision:
    entry = faults.mapping(node, name, keys=_PROVISION_KEYS, required=_PROVISION_KEYS)
    names = faults.both_languages(entry.get("name"), f"{name}.name")
    unit = faults.text(entry["unit"], f"{name}.unit", empty=False) if "unit" in entry else ""
    rows: list[LawRow] = []
    listed = entry.get("rows")
    if listed is not None and not isinstance(listed.value, list):
        faults.add(listed, f"{name}.rows", listed.shown(), "a list of rows")
    elif listed is not None:
        for index, item in enumerate(listed.value):
            row = _row(name, item, f"{name}.rows[{index}]", file, faults)
            if row is not None:
                _check_order(rows, row, item, f"{name}.rows[{index}]", faults)
                rows.append(row)
    return Provision(name, names, unit, tuple(rows))


def _row(name: str, node: Node, field: str, file: str, faults: Faults) -> LawRow | None:
    entry = faults.mapping(node, field, keys=_ROW_KEYS, required=_ROW_REQUIRED)
    if any(key not in entry for key in ("from", "value", "enacted")):
        return None
    first = faults.day(entry["from"], f"{field}.from")
    last = _optional_day(entry.get("to"), f"{field}.to", faults)
    enacted = faults.day(entry["enacted"], f"{field}.enacted")
    value = entry["value"].value
    if value is None or isinstance(value, dict | list):
        faults.add(entry["value"], f"{field}.value", entry["value"].shown(), "a number, true, false or text")
    for key, allowed in (("status", STATUSES), ("enacted_basis", ENACTED_BASES)):
        if key in entry:
            faults.choice(entry[key], f"{field}.{key}", allowed)
    checked = faults.truth(entry["checked"], f"{field}.checked") if "checked" in entry else False
    texts = {key: faults.text(entry[key], f"{field}.{key}") for key in _TEXT_KEYS if key in entry}
    if first is None or enacted is None:
        return None
    if last is not None and last < first:
        faults.add(entry["to"], f"{field}.to", entry["to"].shown(), f"a date from {first} on")
    basis = str(entry["enacted_basis"].value) if "enacted_basis" in entry else ""
    if basis == "assumed" and enacted > first:
        found = entry["enacted"].shown()
        faults.add(entry["enacted"], f"{field}.enacted", found, f"an assumed date not after {first} (from)")
    status = str(entry["status"].value) if "status" in entry else ""
    return LawRow(
        name, first, last, value, enacted=enacted, enacted_basis=basis, status=status, checked=checked,
        file=file, line=node.line, **texts,
    )  # fmt: skip


def _optional_day(node: Node | None, field: str, faults: Faults) -> date | None:
    if node is None or node.value is None:
        return None
    return parse_day(node.value) or faults.day(node, field)


def _check_order(rows: list[LawRow], row: LawRow, node: Node, field: str, faults: Faults) -> None:
    if not rows:
        return
    before = rows[-1]
    if row.from_ <= before.from_:
        faults.add(
            node, f"{field}.from", str(row.from_), f"a date after {before.from_}: rows stand in order of time"
        )
    elif before.to is None or before.to >= row.from_:
        until = before.to or "without end"
        faults.add(
            node, f"{field}.from", str(row.from_), f"rows that do not overlap (the one before lasts {until})"
        )
    if type(before.value) is not type(row.value) and (
        isinstance(before.value, str) or isinstance(row.value, str)
    ):
        faults.add(node, f"{field}.value", repr(row.value), f"the kind of the row before ({before.value!r})")
