"""Inputs that note which part of the data was looked at (see `reads`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from bhxh_forecast.inputs.reader import Inputs
from bhxh_forecast.inputs.reads import ALL, note

# Parts of the data folder behind each attribute of the inputs; one that is not named stands on all of them.
BEHIND: Mapping[str, tuple[str, ...]] = {
    "law": ("law/", "missing/"),
    "observations": ("observations/",),
    "priors": ("priors/", "observations/"),
    "stated_priors": ("priors/",),
    "targets": ("targets/",),
    "national_targets": ("targets/",),
    "assigned": ("targets/",),
    "register": ("assumptions/",),
    "levers": ("levers.yaml", "assumptions/"),
    "geo": ("place.yaml",),
    "place": ("place.yaml",),
    "as_of": (),  # a parameter of the document
    "table": (),  # notes the file itself
    "macro": (),
}


class NotedInputs(Inputs):
    """Inputs that note which part of the data was looked at."""

    @classmethod
    def of(cls, inputs: Inputs) -> NotedInputs:
        """Take over what has been read."""
        self = object.__new__(cls)
        self.__dict__.update(inputs.__dict__, _inner=inputs)
        return self

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            note("data", *BEHIND.get(name, (ALL,)))
        return super().__getattribute__(name)

    def table(self, name: str) -> pd.DataFrame:
        """Any table of the folder; see `Inputs.table`."""
        note("data", f"{name}.csv")
        inner: Inputs = self.__dict__["_inner"]
        return inner.table(name)
