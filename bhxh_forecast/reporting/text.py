"""Every visible string of a report, by key, in Vietnamese and English."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bhxh_forecast.errors import nearest_name
from bhxh_forecast.reporting.fmt import LANGUAGES


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All strings of a language (``vi.yaml``, and parts such as ``people.vi.yaml``) with dotted keys; read once."""
    if lang not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, found {lang!r}")
    folder = files("bhxh_forecast.reporting").joinpath("locale")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there
    strings: dict[str, str] = {}
    for name in sorted(item.name for item in folder.iterdir() if item.name.endswith(f"{lang}.yaml")):
        source = folder.joinpath(name).read_text(encoding="utf-8")
        own = _flatten(yaml.load(source, Loader=loader))  # noqa: S506 - both are safe loaders
        if twice := sorted(strings.keys() & own.keys()):
            raise ValueError(f"{name} repeats the key {twice[0]}")
        strings |= own
    return strings


def _flatten(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flatten(value, f"{name}.")
        else:
            flat[name] = str(value)
    return flat


class Text:
    """Strings of one language.

    Examples
    --------
    >>> Text("en")("base.agency_voluntary")
    "the agency's base for voluntary insurance"
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._strings = catalogue(lang)

    def __call__(self, key: str, **values: Any) -> str:
        """Return the string of a key, with the values in its places.

        Raises
        ------
        KeyError
            The key is not in the catalogue; the message names the nearest one.
        """
        try:
            string = self._strings[key]
        except KeyError:
            near = nearest_name(key, self._strings)
            raise KeyError(
                f"no text {key!r} in {self.lang}" + (f"; did you mean {near!r}?" if near else "")
            ) from None
        return string.format(**values) if values else string

    def has(self, key: str) -> bool:
        """Whether the catalogue holds a key."""
        return key in self._strings

    def label(self, kind: str, name: str) -> str:
        """Name of a member of a closed list (a base, a programme ...); a member without a name shows its id."""
        return self._strings.get(f"{kind}.{name}", name)

    def unit(self, name: str) -> str:
        """Name of a unit as the data write it (``VND/month``); one without a name shows as written."""
        key = "none" if name in ("-", "") else re.sub(r"[^A-Za-z]+", "_", name).strip("_")
        return self.label("unit_name", key) if self.has(f"unit_name.{key}") else name

    def capital(self, key: str, **values: Any) -> str:
        """The string of a key with its first letter in capitals, to begin a line."""
        return capital(self(key, **values))


def capital(text: str) -> str:
    """Capitalise the first letter and leave the rest alone (abbreviations keep their capitals)."""
    return text[:1].upper() + text[1:]
