"""What a run consists of: one job per projection, notebook, report, shared page, and the index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

BASELINE = "current_policy"
REFERENCE = "reference"
# Each notebook, and what there is one of it for.
NOTEBOOKS = {
    "01_history_and_data": "run",
    "02_population_and_workforce": "world",
    "03_coverage_and_targets": "scenario",
    "04_budget": "scenario",
    "05_comparison": "run",
    "06_methods_and_assumptions": "run",
    "07_population_validation": "run",
}
REPORT = ("03_coverage_and_targets", "04_budget", "06_methods_and_assumptions")
COMPARING = ("05_comparison",)  # shows the worlds side by side; the others show one
OPTIONS = (
    BASELINE,
    "subsidy_raise",
    "outreach_push",
)  # options that an estimate sets beside its own scenario
PAGES = tuple(name for name, level in NOTEBOOKS.items() if level != "scenario")


@dataclass(frozen=True)
class Job:
    """One piece of work with its own key.

    Attributes
    ----------
    id
        Stable name, for example ``notebook/04_budget/combined@downturn/vi``.
    kind
        projection, tables, notebook, report, estimate, page or index.
    scenario, world, notebook, lang
        What it is for; empty where it does not apply.
    output
        Main file it writes, relative to the run folder (a folder for projections and tables).
    reads
        Ids of the projections whose tables it shows.
    needs
        Ids of the jobs whose files it takes.
    """

    id: str
    kind: str
    scenario: str = ""
    world: str = ""
    notebook: str = ""
    lang: str = ""
    output: str = ""
    reads: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def folder_of(scenario: str, world: str = REFERENCE) -> str:
    """Folder of a scenario in a world.

    Examples
    --------
    >>> folder_of("combined"), folder_of("combined", "downturn")
    ('combined', 'combined@downturn')
    """
    return scenario if world == REFERENCE else f"{scenario}@{world}"


def projection_id(scenario: str, world: str) -> str:
    """Id of the job that computes a scenario in a world."""
    return f"projection/{folder_of(scenario, world)}"


def plan(
    scenarios: Sequence[str], worlds: Sequence[str], languages: Sequence[str], *, only_tables: bool = False
) -> tuple[Job, ...]:
    """Return the jobs of a run, each after those it needs.

    Parameters
    ----------
    scenarios, worlds, languages
        Names, in the order in which they are shown.
    only_tables
        Whether to leave out everything but the tables.

    Examples
    --------
    >>> [job.id for job in plan(["combined"], ["reference"], ["vi"], only_tables=True)]
    ['projection/combined', 'tables']
    """
    projections = [
        Job(projection_id(s, w), "projection", scenario=s, world=w, output=f"{folder_of(s, w)}/tables")
        for w in worlds
        for s in scenarios
    ]
    ids = tuple(job.id for job in projections)
    jobs = [*projections, Job("tables", "tables", output="tables", reads=ids, needs=ids)]
    if not only_tables:
        jobs += _notebooks(scenarios, worlds, languages)
        jobs += _reports(scenarios, worlds, languages)
        jobs += _estimates(scenarios, worlds, languages)
        jobs += _pages(jobs)
        jobs.append(Job("index", "index", output="index.html", reads=ids))
    return tuple(jobs)


def surviving(
    done: Collection[tuple[str, str]], scenarios: Sequence[str], worlds: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return the scenarios and worlds that can be shown together when some projections failed.

    A world in which nothing was computed is left out; then every scenario that is missing in one of the others.

    Examples
    --------
    >>> surviving({("a", "one"), ("b", "one"), ("a", "two")}, ["a", "b"], ["one", "two", "three"])
    (['a'], ['one', 'two'])
    """
    kept = [w for w in worlds if any(world == w for _, world in done)]
    return [s for s in scenarios if kept and all((s, w) in done for w in kept)], kept


def _notebooks(scenarios: Sequence[str], worlds: Sequence[str], languages: Sequence[str]) -> list[Job]:
    main = BASELINE if BASELINE in scenarios else scenarios[0]
    jobs = []
    for lang in languages:
        for notebook, level in NOTEBOOKS.items():
            if level == "scenario":
                jobs += [
                    _notebook(notebook, s, w, lang, scenarios, worlds) for w in worlds for s in scenarios
                ]
            else:
                own = worlds if level == "world" else worlds[:1]
                jobs += [_notebook(notebook, main, w, lang, scenarios, worlds) for w in own]
    return jobs


def _notebook(
    notebook: str, scenario: str, world: str, lang: str, scenarios: Sequence[str], worlds: Sequence[str]
) -> Job:
    level = NOTEBOOKS[notebook]
    if level == "scenario":  # a scenario is shown beside the baseline and beside nothing else
        folder = folder_of(scenario, world)
        shown = [s for s in scenarios if s in (scenario, BASELINE)]
        seen = [world]
    else:
        folder = folder_of("shared", world)
        shown, seen = list(scenarios), list(worlds) if notebook in COMPARING else [world]
    return Job(
        id=f"notebook/{notebook}/{folder}/{lang}",
        kind="notebook",
        scenario=scenario,
        world=world,
        notebook=notebook,
        lang=lang,
        output=f"{folder}/notebooks/{notebook}.{lang}.ipynb",
        reads=tuple(projection_id(s, w) for w in seen for s in shown),
    )


def _reports(scenarios: Sequence[str], worlds: Sequence[str], languages: Sequence[str]) -> list[Job]:
    return [
        Job(
            id=f"report/{folder_of(s, w)}/{lang}",
            kind="report",
            scenario=s,
            world=w,
            lang=lang,
            output=f"{folder_of(s, w)}/report.{lang}.html",
            reads=(projection_id(s, w),),
            needs=tuple(f"notebook/{name}/{_place(name, s, w, worlds)}/{lang}" for name in REPORT),
        )
        for lang in languages
        for w in worlds
        for s in scenarios
    ]


def _estimates(scenarios: Sequence[str], worlds: Sequence[str], languages: Sequence[str]) -> list[Job]:
    """Workbook, explanatory report and annex of a scenario in a language; the workbook is the main file."""
    return [
        Job(
            id=f"estimate/{folder_of(s, w)}/{lang}",
            kind="estimate",
            scenario=s,
            world=w,
            lang=lang,
            output=f"{folder_of(s, w)}/budget.{lang}.xlsx",
            reads=tuple(projection_id(o, w) for o in scenarios if o in (s, *OPTIONS)),
        )
        for lang in languages
        for w in worlds
        for s in scenarios
    ]


def _place(notebook: str, scenario: str, world: str, worlds: Sequence[str]) -> str:
    """Folder in which a report finds a notebook: its own, or the one shared by the run."""
    if NOTEBOOKS[notebook] == "scenario":
        return folder_of(scenario, world)
    return folder_of("shared", worlds[0])


def _pages(jobs: Sequence[Job]) -> list[Job]:
    return [
        Job(
            id=job.id.replace("notebook/", "page/", 1),
            kind="page",
            scenario=job.scenario,
            world=job.world,
            notebook=job.notebook,
            lang=job.lang,
            output=f"{folder_of('shared', job.world)}/{job.notebook}.{job.lang}.html",
            reads=(projection_id(job.scenario, job.world),),
            needs=(job.id,),
        )
        for job in jobs
        if job.kind == "notebook" and job.notebook in PAGES
    ]
