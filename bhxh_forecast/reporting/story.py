"""The story's pieces of page, each from one answer."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.answers import Answer, Grid, base_words, target_words
from bhxh_forecast.reporting.answers_outlook import OutlookWords
from bhxh_forecast.reporting.answers_reach import ReachWords
from bhxh_forecast.reporting.answers_robustness import information_answer
from bhxh_forecast.reporting.answers_sensitivity import SensitivityWords
from bhxh_forecast.reporting.blocks import Block, bullets, heading, paragraph, picture, stack
from bhxh_forecast.reporting.figures.outlook import reached_by
from bhxh_forecast.reporting.figures.reach import frontier
from bhxh_forecast.reporting.figures.sensitivity import tornado
from bhxh_forecast.reporting.headline import verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.analysis.story import Story
    from bhxh_forecast.reporting.page import Page

NOTEBOOK = "10_story_voluntary"


@cache
def _told(draws: int, seed: int, until: int, as_of: str, data: str) -> Story:
    """Computed once in a process: both languages show the same answers."""
    from bhxh_forecast.analysis.story import story
    from bhxh_forecast.inputs import load_inputs

    inputs = load_inputs(Path(data), as_of=date.fromisoformat(as_of))
    return story(draws=draws, seed=seed, until=until, inputs=inputs)


def told(page: Page) -> Story:
    """Every answer, on the draws of the page's run."""
    manifest = page.run.manifest
    root = str(page.inputs.folder.root)
    return _told(int(manifest["draws"]), int(manifest["seed"]), page.until, page.as_of.isoformat(), root)


def title(page: Page) -> Block:
    """The question, and the line that says what it rests on."""
    return stack(heading(page.text(f"notebook.{NOTEBOOK}")), paragraph(page.shared_line, "note"))


def section(page: Page, name: str) -> Block:
    """Heading of a chapter and the sentence that leads into it."""
    return stack(heading(page.text(f"story.{name}.title"), 3), paragraph(page.text(f"story.{name}.lead")))


def short_answer(page: Page) -> Block:
    """The answer in a few sentences, every figure from the run."""
    plan, modest, text, fmt = told(page).plan, told(page).modest, page.text, page.fmt
    written, reported = plan.goal.as_written, plan.goal.as_reported
    before, best = plan.before, plan.answer
    asked = target_words(text, plan.goal.target, fmt.share(plan.goal.required), plan.goal.year)
    odds, other_odds = (fmt.probability(best.probability[base]) for base in (written, reported))
    lines = [
        text(
            "story.today",
            target=asked,
            base=base_words(text, written, written, reported),
            odds=fmt.probability(before.probability[written]),
            words=text(f"verdict.{verdict(before.probability[written])}"),
            other=base_words(text, reported, written, reported),
            other_odds=fmt.probability(before.probability[reported]),
        ),
        text(
            f"story.verdict_{plan.status}",
            asked=fmt.probability(plan.asked),
            odds=odds,
            other=other_odds,
            cost=fmt.money(best.cost),
            years=fmt.number(best.person_years),
            deadweight=fmt.money(max(0.0, best.deadweight)),
        ),
        text(
            "story.level",
            asked=fmt.probability(plan.asked),
            now=fmt.share(before.level[written]),
            best=fmt.share(best.level[written]),
        ),
        text(
            f"story.modest_{modest.status}",
            level=fmt.share(modest.goal.required),
            asked=fmt.probability(modest.asked),
            cost=fmt.money(modest.cost),
        ),
    ]
    if not all(m.known is not None and m.known.identified for m in plan.marginals):
        lines.append(text("story.unknown"))
    return bullets(lines)


def today(page: Page) -> Block:
    """Odds, first month and yearly path without any change, on both bases."""
    parts: list[Block] = []
    for look in told(page).outlooks:
        words = OutlookWords(look, page.lang)
        parts.append(Answer([], [words.odds(), words.first_month(), *words.path()]).block())
    return stack(*parts)


def when(page: Page) -> Block:
    """When the target is first reached."""
    return _figure(reached_by(told(page).outlooks[0], page.lang))


def measures(page: Page) -> Block:
    """What can be done, where the limits come from, and what was found on the plan's base."""
    words = ReachWords(told(page).plan, page.inputs.levers, page.lang)
    text, rows = page.text, []
    for lever in words.found.limits:
        entry = page.inputs.register[f"limit.{lever}"]
        values = (entry["value"], entry["low"], entry["high"])
        cells = [words.value(lever, float(value)) for value in values]
        rows.append((entry["name"][page.lang], text.label("source_status", entry["status"]), *cells))
    heads = [text(f"story.column.{key}") for key in ("limit", "status", "value", "low", "high")]
    grid = Grid(text("story.limits"), heads, rows, words=2, note=text("story.limits_note"))
    return Answer(words.result(), [grid, words.odds(), words.settings()], words.foot()).block()


def price(page: Page) -> Block:
    """What a little more buys at the best setting."""
    return Answer([], [ReachWords(told(page).plan, page.inputs.levers, page.lang).marginal()]).block()


def price_picture(page: Page, which: str) -> Block:
    """Cost against probability: ``plan``, ``reported`` or ``modest``."""
    return _figure(frontier(getattr(told(page), which), page.inputs.levers, page.lang))


def attainable(page: Page) -> Block:
    """The level that can be had with the same probability, and its price."""
    return ReachWords(told(page).modest, page.inputs.levers, page.lang).answer().block()


def hangs_on(page: Page) -> Block:
    """What moves the odds."""
    words = SensitivityWords(told(page).sensitivity, (told(page).discovery,), page.inputs, page.lang)
    goals = words.last()
    return Answer([], [words.indices(goals[0])], words.discovery(told(page).discovery)).block()


def hangs_on_picture(page: Page) -> Block:
    """Odds at both ends of every assumption."""
    words = SensitivityWords(told(page).sensitivity, (), page.inputs, page.lang)
    return _figure(tornado(words, words.last()[0]))


def find_out(page: Page) -> Block:
    """What to find out first."""
    from bhxh_forecast.inputs import load_scenario

    found = told(page).information
    titles = {name: load_scenario(name, page.inputs).title for name in found.options["scenario"]}
    return information_answer(found, titles, page.lang).block()


def _figure(fig: Figure) -> Block:
    return picture(fig, fig.texts[0].get_text().replace("\n", " "))
