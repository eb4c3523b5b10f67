"""An explanation as it is printed in a terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.explained_tables import Printed

if TYPE_CHECKING:
    from bhxh_forecast.analysis.explanation import Explanation

ENDLESS = 10_000  # characters, to measure what a table needs


def shown(found: Explanation, lang: str, width: int | None) -> str:
    """An explanation as text.

    Parameters
    ----------
    found
        What is printed.
    lang
        ``vi`` or ``en``.
    width
        Characters in a line, None: of the terminal; more where a table would lose part of a number.
    """
    from rich.console import Console
    from rich.measure import Measurement

    printed = Printed(found, lang)
    tables = printed.tables()
    plain = Console(width=ENDLESS)
    needed = [Measurement.get(plain, plain.options, table).minimum for table in tables]
    page = StringIO()  # no terminal: no colours
    console = Console(
        file=page, width=max([width or Console().width, *needed]), highlight=False, markup=False
    )
    for line in printed.head():
        console.print(line)
    for table in tables:
        console.print()
        console.print(table)
    for line in printed.foot():
        console.print(line)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"
