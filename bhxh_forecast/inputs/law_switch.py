"""What a scenario does to the law: a change that never comes, comes on another day, or other values for a time.

A setting names a provision, a group (the whole first part of ids, such as ``csi.scope``) or an act. Acts are applied
first, then groups, then provisions, whatever the order in the file, so that the narrower setting wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bhxh_forecast.inputs.faults import NOWHERE, Faults, Place
from bhxh_forecast.inputs.law import LawBook, LawRow, Value, join_up, lay_over, without


@dataclass(frozen=True, slots=True)
class LawStep:
    """A value of the scenario's own from one day to another (inclusive, or without end)."""

    from_: date
    to: date | None
    value: Value
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LawSetting:
    """One of: ``absent``, ``starts`` a day, or ``steps``; with its place in the scenario file."""

    absent: bool = False
    starts: date | None = None
    steps: tuple[LawStep, ...] = ()
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def shown(self) -> str:
        """The setting as it would be written."""
        if self.absent:
            return "absent: true"
        if self.starts is not None:
            return f"starts: {self.starts}"
        return "; ".join(f"{s.value} from {s.from_}" + (f" to {s.to}" if s.to else "") for s in self.steps)


@dataclass(frozen=True, slots=True)
class Target:
    """What a name in ``law`` stands for: its kind and the provisions it touches."""

    kind: str  # act, group or provision
    provisions: tuple[str, ...]


def find_target(book: LawBook, name: str) -> Target | None:
    """Resolve a provision id, a group or an act; ``None`` if the law book has no such name."""
    if name in book.everything:
        return Target("provision", (name,))
    group = tuple(provision for provision in book.ids if provision.startswith(f"{name}."))
    if group:
        return Target("group", group)
    if name in book.acts:
        brought = [p for p in book.ids if any(row.belongs_to(name) for row in book.everything[p].rows)]
        return Target("act", tuple(brought))
    return None


def switch(book: LawBook, settings: Mapping[str, LawSetting], *, counterfactual: bool = False) -> LawBook:
    """Apply ``law`` settings; see :meth:`LawBook.switched`."""
    faults = Faults()
    rank = {"act": 0, "group": 1, "provision": 2}
    known: list[tuple[int, int, str, Target, LawSetting]] = []
    for name, setting in settings.items():
        target = find_target(book, name)
        if target is None:
            faults.at(setting.place, f"law.{name}", repr(name), [*book.ids, *sorted(book.acts)])
        else:
            known.append((rank[target.kind], name.count("."), name, target, setting))
    for _, _, name, target, setting in sorted(known, key=lambda item: item[:3]):
        switcher = _Switcher(book, name, target, setting, counterfactual, faults)
        changed = {provision: switcher.rows(provision) for provision in target.provisions}
        switcher.finish()
        book = book.with_rows(changed, switcher.notes())
    faults.stop()
    return book


class _Switcher:
    """Applies one setting to the provisions it names."""

    def __init__(
        self,
        book: LawBook,
        name: str,
        target: Target,
        setting: LawSetting,
        counterfactual: bool,
        faults: Faults,
    ) -> None:
        self.book, self.name, self.target, self.setting = book, name, target, setting
        self.counterfactual, self.faults = counterfactual, faults
        self.as_of = book.as_of or date.min
        self.idle: dict[str, str] = {}  # provisions that the setting leaves as they are, and why
        self.past: list[tuple[str, date]] = []  # provisions in force that the setting would take away

    def rows(self, provision: str) -> tuple[LawRow, ...]:
        """Rows of a provision after the setting."""
        rows = tuple(self.book.rows(provision))
        if self.setting.absent:
            return self._absent(provision, rows)
        if self.setting.starts is not None:
            return self._starts(provision, rows, self.setting.starts)
        return self._steps(provision, rows)

    def _concerned(self, rows: tuple[LawRow, ...]) -> list[LawRow]:
        """Rows the setting speaks of: those of the act, or all of a provision."""
        return [row for row in rows if self.target.kind != "act" or row.belongs_to(self.name)]

    def _absent(self, provision: str, rows: tuple[LawRow, ...]) -> tuple[LawRow, ...]:
        """Take away the coming changes (of an act: all its rows); the row before them goes on."""
        concerned = self._concerned(rows)
        coming = [row for row in concerned if row.from_ > self.as_of]
        in_force = [row for row in concerned if row.from_ <= self.as_of]
        past = in_force if self.target.kind == "act" else ([] if coming else in_force[-1:])
        if not coming and self._unknown_yet(provision):
            past = []
        if past and not self.counterfactual:
            self.past.append((provision, past[-1].from_))
            return rows
        if not coming and not past:
            self._note(provision, "nothing to take away")
        return without(rows, [*past, *coming])

    def _starts(self, provision: str, rows: tuple[LawRow, ...], day: date) -> tuple[LawRow, ...]:
        """Let the next change come on another day: till then the row before it goes on."""
        if day <= self.as_of and not self.counterfactual:
            self._refuse_past(str(day), "a day that is past")  # the same for every provision: told once
            return rows
        concerned = self._concerned(rows)
        if self.counterfactual and self.target.kind == "act":
            chain = concerned
        else:
            chain = [row for row in concerned if row.from_ > self.as_of]
            if not chain and self.counterfactual and not self._unknown_yet(provision):
                chain = concerned[-1:]
        if not chain:
            self._note(provision, "no coming change to move")
            return rows
        due = ([row for row in chain if row.from_ <= day] or chain[:1])[-1]
        kept = [row for row in rows if row not in chain and not day <= row.from_ < chain[0].from_]
        later = [row for row in chain if row.from_ > due.from_ and row.from_ > day]
        overtaken = any(due.from_ < row.from_ <= day for row in kept) or (due.to is not None and due.to < day)
        moved = [] if overtaken else [replace(due, from_=day)]
        return join_up(sorted([*kept, *moved, *later], key=lambda row: row.from_), rows)

    def _steps(self, provision: str, rows: tuple[LawRow, ...]) -> tuple[LawRow, ...]:
        """Lay the scenario's own values over the rows; afterwards the law returns."""
        for step in self.setting.steps:
            if step.from_ <= self.as_of and not self.counterfactual:
                self._refuse_past(str(step.from_), "a day that is past", step.place)
                continue
            own = LawRow(
                provision, step.from_, step.to, step.value, act="scenario", enacted=self.as_of,
                enacted_basis="stated", reference=self.name, status="expert", file=step.place[0], line=step.place[1],
            )  # fmt: skip
            rows = lay_over(rows, own)
        return rows

    def finish(self) -> None:
        """Note once what the setting would have taken away from the past."""
        if self.past:
            provision, since = self.past[0]
            more = f" and {len(self.past) - 1} more" if len(self.past) > 1 else ""
            self._refuse_past("absent: true", f"{provision} in force since {since}{more}")

    def notes(self) -> list[str]:
        """Say for the report that the setting changed nothing, if it did not."""
        if not self.idle or len(self.idle) < len(self.target.provisions):
            return []
        what = next(iter(self.idle.values()))
        return [f"{self.name}: {what} after {self.as_of}"]

    def _unknown_yet(self, provision: str) -> bool:
        """Whether the data hold a later change that was not enacted on the as-of day."""
        rows = self._concerned(self.book.everything[provision].rows)
        return any(row.enacted > self.as_of and row.from_ > self.as_of for row in rows)

    def _refuse_past(self, found: str, why: str, place: Place | None = None) -> None:
        allowed = f"a change after {self.as_of} (as-of), or counterfactual: true"
        self.faults.at(place or self.setting.place, f"law.{self.name}", f"{found} ({why})", allowed)

    def _note(self, provision: str, what: str) -> None:
        self.idle[provision] = what
