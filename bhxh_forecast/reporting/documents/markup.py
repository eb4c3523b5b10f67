"""Markup for typst: text that cannot be taken for markup, tables, pictures."""

from __future__ import annotations

from collections.abc import Sequence

from bhxh_forecast.reporting.estimate.form_table import FormTable

WEIGHTS = {  # widths of columns against each other
    "number": 0.5, "name": 3.4, "basis": 3.0, "legal": 3.0, "note": 2.4, "action": 4.0, "period": 1.3, "year": 0.8,
    "base": 2.2, "words": 2.2, "cause": 0.9, "range": 1.9, "reason": 1.6, "required": 1.3, "density": 0.8,
    "within": 0.8,
    "norm_share": 0.8, "city_share": 0.8, "percent": 0.8, "odds": 0.9, "error": 1.3, "level": 0.8,
}  # fmt: skip
USUAL = {"text": 1.5, "money": 1.15, "billion": 1.0, "vnd": 1.1, "count": 1.05, "share": 0.85, "percent": 0.8}
AMOUNTS = ("money", "billion", "vnd", "count")  # as wide as their numbers, whatever the column is called
BOLD = ("total", "field", "programme", "memo_head")


def words(text: str) -> str:
    r"""Text as a string of typst, so that no sign in it is markup.

    Examples
    --------
    >>> words('a "b" #c')
    '#"a \\"b\\" #c"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'#"{escaped}"'


def strong(text: str) -> str:
    """Bold text."""
    return f"#strong[{words(text)}]"


def paragraph(text: str) -> str:
    """A paragraph of its own."""
    return f"{words(text)}\n\n"


def heading(text: str, level: int = 1) -> str:
    """A heading without a number of its own: the outline's numbers stand in the text."""
    return f"#heading(level: {level})[{words(text)}]\n"


def bullets(items: Sequence[str]) -> str:
    """A list of lines."""
    return "".join(f"- {words(item)}\n" for item in items) + "\n"


def table(
    heads: Sequence[str],
    rows: Sequence[tuple[Sequence[str], bool]],
    *,
    widths: Sequence[str],
    right: Sequence[bool],
    size: float = 8.0,
    letters: Sequence[str] = (),
) -> str:
    """A table whose heading is repeated on every page.

    Parameters
    ----------
    heads, rows
        Headings; cells with whether the row is bold.
    widths, right
        Width of each column in typst's words, and whether its cells stand right.
    size
        Size of the letters, points.
    letters
        Row of column letters below the heading.
    """
    align = ", ".join("right" if r else "left" for r in right)
    cells = [f"table.header({', '.join(f'[{strong(h)}]' for h in heads)}"]
    if letters:
        cells[0] += ", " + ", ".join(f"[#emph[{words(x)}]]" for x in letters)
    cells[0] += ")"
    for values, bold in rows:
        cells += [f"[{strong(v) if bold else words(v)}]" for v in values]
    body = ",\n".join(cells)
    return (
        f"#[#set text(size: {size}pt)\n#table(columns: ({', '.join(widths)},), align: ({align},), "
        f"inset: (x: 2.5pt, y: 2.5pt), stroke: 0.4pt,\n{body})]\n"
    )


def form(filled: FormTable, *, leave_out: Sequence[str] = (), size: float = 8.0) -> str:
    """A filled form with its title, number line, unit and note."""
    columns = [c for c in filled.form.columns if c.id not in leave_out]
    widths = [
        f"{USUAL[c.kind] if c.kind in AMOUNTS else WEIGHTS.get(c.id, USUAL[c.kind])}fr" for c in columns
    ]
    rows = [(filled.printed(r, columns), r.kind in BOLD) for r in filled.records]
    body = table(
        [filled.head(c) for c in columns],
        rows,
        widths=widths,
        right=[c.kind != "text" for c in columns],
        size=size,
        letters=[c.letter for c in columns],
    )
    title = f"#block(sticky: true, width: 100%)[#align(center)[{strong(filled.title)}\n\n"
    title += f"#emph[{words(filled.number_line)}]]\n"
    unit = f"#align(right)[#emph[{words(filled.unit)}]]]\n"
    note = f'#text(size: 8pt, style: "italic")[{words(filled.note)}]\n\n' if filled.note else "\n"
    return title + unit + body + note


def picture(name: str, width: str = "100%") -> str:
    """A picture by the name of its file."""
    return f'#align(center)[#image("{name}", width: {width})]\n\n'


def landscape(body: str) -> str:
    """Pages on their side."""
    return f"#page(flipped: true)[\n{body}\n]\n"
