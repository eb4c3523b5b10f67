"""Pieces of a page: HTML that shows in a notebook and stands unchanged in the report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Block:
    """A piece of HTML; ``data`` holds the table behind it, for tests and further work."""

    html: str
    data: Any = None

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html}


WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Column:
    """Heading of a column; numbers stand right; a wide column holds sentences."""

    head: str
    align: str = "right"
    wide: bool = False


def _words(column: Column, cell: str) -> str:
    """Class of a cell on the right whose words may go into a second line: "0,4 điểm phần trăm"."""
    return " words" if column.align == "right" and len(WORD.findall(cell)) > 1 else ""


@dataclass(frozen=True)
class Row:
    """Cells of a table row as printed; ``kind`` is total, part, memo, head or plain."""

    cells: Sequence[str]
    kind: str = "plain"


@dataclass(frozen=True)
class Table:
    """A printed table: title, unit right above it, columns, rows, note below.

    ``letters`` prints the row of column letters (A, B, 1, 2 ...) of public tables.
    """

    title: str
    unit: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    letters: bool = False
    data: Any = field(default=None, compare=False)

    def block(self) -> Block:
        """The table as HTML."""
        head = "".join(
            f'<th class="{c.align}{" wide" if c.wide else ""}" scope="col">{escape(c.head)}</th>'
            for c in self.columns
        )
        body = "".join(self._row(row) for row in self.rows)
        letters = f'<tr class="letters">{self._letters()}</tr>' if self.letters else ""
        note = f'<p class="note">{escape(self.note)}</p>' if self.note else ""
        unit = f'<p class="unit">{escape(self.unit)}</p>' if self.unit else ""
        return Block(
            f'<div class="table"><p class="table-title">{escape(self.title)}</p>{unit}<div class="scroll">'
            f"<table><thead><tr>{head}</tr>{letters}</thead><tbody>{body}</tbody></table></div>{note}</div>",
            self.data,
        )

    def _row(self, row: Row) -> str:
        if row.kind == "head":
            span, head = len(self.columns), escape(row.cells[0])
            return f'<tr class="head"><th colspan="{span}" scope="rowgroup">{head}</th></tr>'
        cells = "".join(
            f'<td class="{c.align}{_words(c, cell)}">{escape(cell)}</td>'
            for c, cell in zip(self.columns, row.cells, strict=True)
        )
        return f'<tr class="{row.kind}">{cells}</tr>'

    def _letters(self) -> str:
        names, letter, number = [], 0, 0
        for column in self.columns:
            if column.align != "right" and number == 0:
                names.append(chr(ord("A") + letter))
                letter += 1
            else:
                number += 1
                names.append(str(number))
        return "".join(f"<td>{name}</td>" for name in names)


def heading(text: str, level: int = 2) -> Block:
    """Heading with an anchor for the table of contents."""
    return Block(f'<h{level} id="{slug(text)}">{escape(text)}</h{level}>')


def paragraph(text: str, kind: str = "") -> Block:
    """Paragraph; ``kind`` is a CSS class such as ``note``, ``gate-draft``."""
    return Block(f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>", text)


def bullets(items: Sequence[str], kind: str = "") -> Block:
    """List of short lines."""
    body = "".join(f"<li>{escape(item)}</li>" for item in items)
    return Block(f'<ul class="{kind}">{body}</ul>', list(items))


def stack(*blocks: Block) -> Block:
    """Several blocks as one."""
    return Block("\n".join(block.html for block in blocks), [block.data for block in blocks])


def slug(text: str) -> str:
    """Anchor of a heading: letters and digits of any language, the rest as hyphens."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")


# -- pictures ------------------------------------------------------------------------------------------------------
_DROP = re.compile(r"<metadata>.*?</metadata>|<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", re.DOTALL)
_NUMBER = re.compile(r"(\d+\.\d)\d+")
_FAMILY_OF_TEXT = re.compile(r" ?font-family:[^;\"]*;?")
_SPACES = (
    (re.compile(r"\s*\n\s*"), " "),
    (re.compile(r" ?([MLQCz]) ?"), r"\1"),
    (re.compile(r"([:;]) "), r"\1"),
)
# Verdana has DejaVu's widths: a reader without DejaVu sees the same lines.
_FAMILY = "font-family=\"'DejaVu Sans', Verdana, Arial, sans-serif\""


def svg_of(fig: Figure) -> str:
    """Figure as compact SVG with its text as text; the same figure gives the same bytes."""
    import matplotlib as mpl

    from bhxh_forecast.reporting.style import RC

    out = StringIO()
    with mpl.rc_context(cast(Any, RC)):
        fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = _DROP.sub("", out.getvalue())
    svg = re.sub(
        r"<[^>]*>", lambda tag: _NUMBER.sub(r"\1", tag.group(0)), svg
    )  # coordinates, never printed numbers
    used = set(re.findall(r"#([\w-]+)", svg))
    svg = re.sub(r' id="([\w.-]+)"', lambda m: m.group(0) if m.group(1) in used else "", svg)
    svg = re.sub(r' (?:style|d)="[^"]*"', _compact, svg)
    svg = re.sub(r">\s+<", "><", svg).strip()
    head, _, rest = svg.partition(">")
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    return f"{head} {_FAMILY}>" + re.sub(r' transform="rotate\(-0[^"]*"', "", rest)


def _compact(found: re.Match[str]) -> str:
    """Attribute without the spaces that nobody needs; the font's family stands once, at the root."""
    text = _FAMILY_OF_TEXT.sub("", found.group(0))
    for pattern, short in _SPACES[:3] if text.startswith(" d=") else (_SPACES[0], _SPACES[2]):
        text = pattern.sub(short, text)
    return text


def png_of(fig: Figure, dpi: int = 150) -> bytes:
    """Figure as PNG bytes."""
    import matplotlib as mpl

    from bhxh_forecast.reporting.style import RC

    out = BytesIO()
    with mpl.rc_context(cast(Any, RC)):
        fig.savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()


def picture(fig: Figure, alt: str) -> Block:
    """Figure for a page, with the words that a screen reader reads."""
    svg = svg_of(fig).replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
    return Block(f"<figure>{svg}</figure>", fig)
