"""Finds scenario and world files, reads their head, and follows ``extends``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DataFolder, read_yaml_file, shown
from bhxh_forecast.inputs.grammar import Head, validate
from bhxh_forecast.inputs.yaml_positions import Node

Sections = dict[str, dict[str, Any]]
ReadSections = Callable[[Mapping[str, Node], Faults], Sections]


@dataclass(frozen=True)
class Document:
    """A file with everything it extends folded in: later parents over earlier ones, its own settings over all."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    counterfactual: bool
    extends: tuple[str, ...]
    sections: Sections
    file: str


@dataclass
class Documents:
    """Reads the files of one kind.

    Attributes
    ----------
    folder, place
        Data folder, and the sub-folder of the shipped files (``scenarios`` or ``worlds``).
    kind, model, read_sections
        Word for messages, grammar of the file, reader of what stands below its head.
    faults
        Where problems go.
    """

    folder: DataFolder
    place: str
    kind: str
    model: type[Head]
    read_sections: ReadSections
    faults: Faults = field(default_factory=Faults)
    _read: dict[str, Document | None] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Names of the shipped files."""
        return [Path(name).stem for name in self.folder.names(self.place, ".yaml")]

    def load(self, source: str | Path) -> Document | None:
        """Read a shipped file by name, or any file by path, with what it extends."""
        path = Path(source)
        if path.suffix in (".yaml", ".yml") or isinstance(source, Path):
            return self._from_file(path)
        if str(source) not in self.names:
            where = shown(self.folder.root / self.place)
            raise InputError.of(where, self.kind, repr(str(source)), self.names)
        return self._shipped(str(source), ())

    def _shipped(self, name: str, trail: tuple[str, ...]) -> Document | None:
        if name not in self._read:
            node = self.folder.yaml(f"{self.place}/{name}.yaml", self.faults)
            self._read[name] = None if node is None else self._document(node, name, trail)
        return self._read[name]

    def _from_file(self, path: Path) -> Document | None:
        node = read_yaml_file(path, self.faults)
        if node is None:
            return None
        inside = any(path.resolve().parent == (layer / self.place).resolve() for layer in self.folder.layers)
        return self._document(node, path.stem if inside else "", ())

    def _document(self, node: Node, stem: str, trail: tuple[str, ...]) -> Document | None:
        head = validate(self.model, node, "", self.faults)
        own = self.read_sections(node.value if isinstance(node.value, dict) else {}, self.faults)
        if head is None:
            return None
        if stem and head.name != stem:
            self.faults.add(node.value["name"], "name", repr(head.name), f"{stem} (the file's name)")
        parents = self._parents(node, tuple(head.extends or ()), (*trail, head.name))
        sections: Sections = {section: {} for section in own}
        for document in parents:
            for section, settings in document.sections.items():
                sections[section].update(settings)
        for section, settings in own.items():
            sections[section].update(settings)
        inherited = any(document.counterfactual for document in parents)
        return Document(
            name=head.name,
            title=head.title.model_dump() if head.title else {"vi": head.name, "en": head.name},
            description=head.description.model_dump() if head.description else {"vi": "", "en": ""},
            counterfactual=inherited if head.counterfactual is None else head.counterfactual,
            extends=tuple(head.extends or ()),
            sections=sections,
            file=node.file,
        )

    def _parents(self, node: Node, names: tuple[str, ...], trail: tuple[str, ...]) -> list[Document]:
        documents = []
        for index, name in enumerate(names):
            extends = node.value["extends"]
            here = extends.value[index] if isinstance(extends.value, list) else extends
            if name in trail:
                cycle = " -> ".join([*trail[trail.index(name) :], name])
                self.faults.add(here, "extends", f"a circle: {cycle}", "names that do not lead back")
            elif name not in self.names:
                self.faults.add(here, "extends", repr(name), self.names)
            else:
                document = self._shipped(name, trail)
                if document is not None:
                    documents.append(document)
        return documents
