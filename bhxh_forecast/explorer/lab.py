"""The workplace: the page that leads through the notebooks, and scenario files written with completion."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.blocks import Block, bullets, heading, paragraph, stack
from bhxh_forecast.reporting.fmt import LANGUAGES
from bhxh_forecast.reporting.notebooks import NAMES
from bhxh_forecast.reporting.text import Text

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

EXTENSION = "bhxh_forecast.explorer.magic"
COMMANDS = ("run", "scenario", "explore", "reach", "check")


def title() -> Block:
    """What this place is, in both languages."""
    return stack(*(heading(Text(lang)("lab.title")) for lang in LANGUAGES))


def guide(lang: str) -> Block:
    """The way through the notebooks, in one language.

    Parameters
    ----------
    lang
        ``vi`` or ``en``.
    """
    text = Text(lang)
    names = ("explorer", *NAMES)
    about = {name: text(f"lab.about.{name}") for name in names if text.has(f"lab.about.{name}")}
    entries = "".join(
        f'<li><a href="{name}.ipynb">{escape(text.label("notebook", name))}</a> {escape(about.get(name, ""))}</li>'
        for name in names
    )
    commands = [f"bhxh {name}: {text(f'lab.command.{name}')}" for name in COMMANDS]
    return stack(
        heading(text("lab.way"), 3),
        paragraph(text("lab.lead")),
        Block(f"<ol>{entries}</ol>", list(names)),
        heading(text("lab.scenarios"), 3),
        paragraph(text("lab.completion")),
        heading(text("lab.commands"), 3),
        bullets(commands),
    )


def load(shell: InteractiveShell | None = None) -> None:
    """Switch on the ``%%scenario`` cell in this notebook."""
    if shell is None:
        from IPython import get_ipython

        shell = get_ipython()
    if shell is not None and shell.extension_manager is not None:
        shell.extension_manager.load_extension(EXTENSION)
