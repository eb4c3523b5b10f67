"""Forecasts of social-insurance coverage, target odds and budget support.

The questions can be asked as they read; nothing is loaded before it is needed.

>>> from bhxh_forecast import simulate
>>> odds = simulate("outreach_push+subsidy_raise", draws=64).targets()
>>> sorted(odds.target_id.unique())[:2]
['all', 'e_transactions']
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_PLACES = {
    "compare": "analysis.comparison",
    "decompose": "analysis.decompose",
    "discover": "analysis.discovery",
    "information": "analysis.information",
    "load_inputs": "inputs",
    "load_scenario": "inputs",
    "load_world": "inputs",
    "outlook": "analysis.outlook",
    "plot": "reporting.plots",
    "reach": "analysis.reach",
    "robustness": "analysis.robustness",
    "sensitivity": "analysis.sensitivity",
    "simulate": "simulation",
    "simulate_many": "simulation",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
