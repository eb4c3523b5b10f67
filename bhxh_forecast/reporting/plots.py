"""One call for a picture of any answer, in a notebook or a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bhxh_forecast.analysis.decompose import Decomposition
from bhxh_forecast.analysis.outlook import Outlook
from bhxh_forecast.analysis.reached import Reach
from bhxh_forecast.analysis.sensitivity import Sensitivity
from bhxh_forecast.inputs import Inputs, load_inputs
from bhxh_forecast.results.projection import Projection

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot(answer: Any, *, lang: str = "en", inputs: Inputs | None = None, **what: Any) -> Figure:
    """Draw an answer.

    Parameters
    ----------
    answer
        What ``simulate`` (a series with its bands; ``series=``, ``base=``), ``reach`` (cost against probability),
        ``decompose`` (the way from the baseline; ``measure=``), ``outlook`` (when targets are reached) or
        ``sensitivity`` (``kind="tornado"`` or ``"heat"``) returned.
    lang
        ``vi`` or ``en``.
    inputs
        Where names are read; default: the project's data.

    Raises
    ------
    TypeError
        For anything else.

    Examples
    --------
    >>> from bhxh_forecast import simulate
    >>> plot(simulate(draws=64), series="vsi_share", base="lfs_working_age").axes[0].get_ylabel()
    ''
    """
    from bhxh_forecast.reporting.figures import decompose, outlook, reach, sensitivity, series

    if isinstance(answer, Projection):
        return series.fan(answer, lang=lang, **what)
    if isinstance(answer, Outlook):
        return outlook.reached_by(answer, lang)
    known = inputs or load_inputs()
    if isinstance(answer, Reach):
        return reach.frontier(answer, known.levers, lang)
    if isinstance(answer, Decomposition):
        return decompose.waterfall(answer, known, lang, **what)
    if isinstance(answer, Sensitivity):
        return sensitivity.drawn(answer, known, lang, **what)
    raise TypeError(f"no picture for {type(answer).__name__}; see the parameters of plot")
