"""One look for every picture: printable on A4, readable in grey and by colour-blind people, one colour a thing."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")

# Okabe and Ito's colours (safe for the common kinds of colour blindness), darkened a little for print.
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, OLIVE, BROWN = (
    "#0b5fa5", "#d98200", "#00795a", "#b8481a", "#9a5b88", "#4aa3d8", "#8a8500", "#6b4c3a",
)  # fmt: skip
INK, GREY, PALE, GRID = "#222222", "#6f6f6f", "#c9c9c9", "#e4e4e4"
CYCLE = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, OLIVE, BROWN, GREY)

COLOURS: dict[str, str] = {
    # series
    "si": BLUE, "csi": BLUE, "vsi": ORANGE, "ui": GREEN, "old_age": PURPLE, "service": OLIVE,
    # bases
    "working_age_population": BROWN, "lfs_15plus": SKY, "lfs_working_age": BLUE, "agency": RED,
    "agency_voluntary": ORANGE, "past_retirement_age": PURPLE,
    # programmes
    "vsi_state_support": BLUE, "vsi_city_top_up": SKY, "social_pension": PURPLE,
    "social_pension_city_increment": "#c9a3bf", "health_cards": GREEN, "funeral_support": BROWN,
    "outreach": ORANGE, "inspection": RED, "service_programme": OLIVE, "vsi_maternity": PALE,
    # funding sources
    "city": BLUE, "commune": SKY, "central": RED, "central_targeted": ORANGE, "undetermined": GREY,
    "participant": PALE, "employer": BROWN, "si_fund": GREEN, "ui_fund": OLIVE,
    # verdicts, from likely to very hard
    "likely": GREEN, "effort": SKY, "hard": ORANGE, "very_hard": RED, "unknown": GREY,
    # sexes
    "male": BLUE, "female": ORANGE,
}  # fmt: skip
HATCHES = (
    "",
    "///",
    "\\\\\\",
    "xxx",
    "---",
    "|||",
    "+++",
    "//",
    "\\\\",
)  # a second sign beside colour, for print in grey

A4_TEXT_WIDTH = 6.69  # inches: 210 mm less two margins of 20 mm
RC: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "axes.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "hatch.linewidth": 0.4,
    "svg.fonttype": "none",  # text stays text: small files that can be searched and read aloud
    "svg.hashsalt": "bhxh-forecast",  # the same picture gives the same bytes
    "path.simplify": True,
}


def colour(name: str, position: int = 0) -> str:
    """Colour of a series, base, programme ...; a name without its own takes one by position."""
    return COLOURS.get(name, CYCLE[position % len(CYCLE)])


def styled(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw a figure under the house style, whatever the caller's settings."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        import matplotlib as mpl

        with mpl.rc_context(cast(Any, RC)):
            return function(*args, **kwargs)

    return wrapper


def new_figure(height: float = 3.4, *, width: float = A4_TEXT_WIDTH) -> Figure:
    """Empty figure of A4 text width (inches), without pyplot's global state."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def frame(fig: Figure, title: str, facts: str, source: str) -> Figure:
    """Write the title, the line of facts (unit, base, price basis) above and the source line below."""
    width, height = fig.get_size_inches()
    title_lines = textwrap.wrap(title, int(width * 13.4))
    fact_lines = textwrap.wrap(facts, int(width * 16.8))
    source_lines = textwrap.wrap(source, int(width * 18.6))
    line = 0.155 / height
    top = 1 - 0.04 / height
    fig.text(0.008, top, "\n".join(title_lines), fontsize=10, fontweight="bold", va="top", ha="left")
    below = top - len(title_lines) * line * 1.15 - 0.02 / height
    fig.text(0.008, below, "\n".join(fact_lines), fontsize=8, color=GREY, va="top", ha="left")
    bottom = 0.03 / height
    fig.text(0.008, bottom, "\n".join(source_lines), fontsize=7, color=GREY, va="bottom", ha="left")
    low = bottom + len(source_lines) * line * 0.8 + 0.05 / height
    high = below - len(fact_lines) * line * 0.95 - 0.04 / height
    engine = fig.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0.0, low, 1.0, high - low))  # type: ignore[call-arg]
    return fig


def year_axis(ax: Axes, first: int, last: int, step: int = 1) -> None:
    """Label a yearly axis with whole years."""
    ax.set_xticks(list(range(first, last + 1, step)))
    ax.grid(False, axis="x")
