"""Strict YAML 1.2 with the place of every key and value.

PyYAML's C parser gives the events; the scalars are resolved here by the YAML 1.2 core schema, so that ``no`` is a
word and ``3:30`` is not 210. Tags, anchors, aliases, duplicate keys and files over 256 KiB are refused: an input file
is plain data that two people read the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from bhxh_forecast.errors import Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"),
}  # fmt: skip


@dataclass(slots=True)
class Node:
    """A YAML value and where it stands.

    Attributes
    ----------
    value
        A scalar (``str``, ``int``, ``float``, ``bool``, ``None``), a list of nodes, or a dict of nodes.
    file, line, column
        Place of the value; line and column count from 1.
    keys
        For a mapping, the place of each key.
    text
        A scalar as it was written.
    """

    value: Any
    file: str
    line: int
    column: int
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    text: str = ""

    def plain(self) -> Any:
        """Return ordinary Python values without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def shown(self) -> str:
        """Say in a few words what stands here."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        if self.value is None:
            return "nothing"
        return repr(self.text if len(self.text) <= 60 else self.text[:57] + "...")

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return the node at a path, or the deepest one that exists on the way."""
        node = self
        for part in path:
            inside = node.value
            in_list = isinstance(inside, list) and isinstance(part, int) and part < len(inside)
            if not in_list and not (isinstance(inside, dict) and part in inside):
                break
            node = inside[part]
        return node

    def key_place(self, key: str) -> tuple[int, int]:
        """Return the place of a key of this mapping (of the mapping itself if the key is missing)."""
        return self.keys.get(key, (self.line, self.column))


def resolve_scalar(text: str) -> Any:
    """Read a plain scalar by the YAML 1.2 core schema; a number with a leading zero stays text.

    Examples
    --------
    >>> [resolve_scalar(s) for s in ("0.1", "1e-2", "no", "3:30", "012", "1,5", "true", "2027-01")]
    [0.1, 0.01, 'no', '3:30', '012', '1,5', True, '2027-01']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _PREFIXED.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


def read_yaml(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document.

    Parameters
    ----------
    data
        Content of the file, UTF-8.
    file
        Name of the file in messages.

    Returns
    -------
    tuple
        The root node (``None`` if the text cannot be read) and everything that is wrong with it.
    """
    if len(data) > MAX_BYTES:
        return None, [Problem(file, 0, 0, "file", f"{len(data)} bytes", f"at most {MAX_BYTES} bytes")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        return None, [Problem(file, line, column, "text", "bytes that are not UTF-8", "UTF-8 text")]
    builder = _Builder(file)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        what = " ".join(part for part in (error.context, error.problem) if part)
        builder.problems.append(Problem(file, line, column, "yaml", what, "valid YAML 1.2"))
    except yaml.YAMLError as error:
        what = str(error).splitlines()[0]
        builder.problems.append(Problem(file, 0, 0, "yaml", what, "valid YAML 1.2"))
    except _TooDeepError:
        pass
    if builder.root is None and not builder.problems:
        builder.problems.append(Problem(file, 1, 1, "file", "nothing", "a mapping"))
    return (None if builder.problems else builder.root), builder.problems


class _TooDeepError(Exception):
    """Reading stops: nested too deeply to be an input of ours."""


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


class _Builder:
    """Builds nodes from parser events with an explicit stack, so that nesting cannot exhaust Python's."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.stack: list[tuple[Node, list[str]]] = []  # open collections, each with its pending key

    def take(self, event: Any) -> None:
        """Add one event."""
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event)
            plain = event.style in (None, "")
            self._place(self._node(event, resolve_scalar(event.value) if plain else event.value, event.value))
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(event, [])
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._problem(event, "anchor", f"alias *{event.anchor}", "the value itself, written out")
            self._place(self._node(event, None, ""))

    def _node(self, event: Any, value: Any, text: str = "") -> Node:
        mark = event.start_mark
        return Node(value, self.file, mark.line + 1, mark.column + 1, text=text)

    def _problem(self, event: Any, name: str, found: str, allowed: str) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, name, found, allowed))

    def _refuse_marks(self, event: Any) -> None:
        if event.tag is not None:
            self._problem(event, "tag", f"tag {event.tag}", "no tags")
        if event.anchor is not None:
            self._problem(event, "anchor", f"anchor &{event.anchor}", "no anchors")

    def _open(self, event: Any, empty: Any) -> None:
        self._refuse_marks(event)
        if len(self.stack) >= MAX_DEPTH:
            self._problem(event, "yaml", f"more than {MAX_DEPTH} levels", "less nesting")
            raise _TooDeepError
        node = self._node(event, empty)
        if self._wants_key():
            self._problem(event, "key", "a list or mapping as a key", "a word as a key")
            self._add_key(f"<{node.line}:{node.column}>", node)
        else:
            self._place(node)
        self.stack.append((node, []))

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0].value, dict) and not self.stack[-1][1]

    def _add_key(self, key: str, node: Node) -> None:
        parent, pending = self.stack[-1]
        if key in parent.value:
            line = parent.keys[key][0]
            found = f"the key {key!r} again"
            self.problems.append(
                Problem(
                    self.file, node.line, node.column, key, found, f"each key once (first on line {line})"
                )
            )
        else:
            parent.keys[key] = (node.line, node.column)
        pending.append(key)

    def _place(self, node: Node) -> None:
        if not self.stack:
            if self.root is not None:
                found = "a second document"
                self.problems.append(
                    Problem(self.file, node.line, node.column, "file", found, "one document")
                )
            self.root = node
        elif self._wants_key():
            self._add_key(node.text, node)
        else:
            parent, pending = self.stack[-1]
            if isinstance(parent.value, list):
                parent.value.append(node)
            else:
                parent.value[pending.pop()] = node
