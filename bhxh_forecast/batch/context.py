"""What a run is about: options, inputs, scenarios and worlds, resolved and checked before anything is computed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.execute import PRELOAD
from bhxh_forecast.batch.files import digest_file
from bhxh_forecast.batch.keys import PACKAGE, key_of, report_environment
from bhxh_forecast.batch.parameters import check_notebook
from bhxh_forecast.batch.plan import BASELINE, NOTEBOOKS, REFERENCE, folder_of
from bhxh_forecast.errors import InputError

HOME_VARIABLE = "BHXH_HOME"
CACHE_VARIABLE = "BHXH_CACHE"
LANGUAGES = ("vi", "en")


def home() -> Path:
    """Return the project's folder: ``BHXH_HOME``, or where the package lies, whatever the current folder."""
    return Path(os.environ.get(HOME_VARIABLE) or PACKAGE.parent)


def store_folder(run_dir: Path) -> Path:
    """Return where finished results are kept: in the project if it can be written, else in the run folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).absolute()
    folder = home() / ".cache" / "bhxh"
    if os.access(home(), os.W_OK) and (home() / "pyproject.toml").is_file():
        return folder
    return run_dir / ".cache"


@dataclass(frozen=True)
class RunOptions:
    """What `bhxh run` was asked.

    Attributes
    ----------
    scenarios
        Names, files or ``A+B``; empty: all that are shipped.
    worlds
        Names or files.
    draws, seed, until
        Size and seed of the projection, and its last year.
    as_of
        Day up to which data and law are known; None: the newest in the data.
    languages
        Some of ``vi`` and ``en``.
    out, data
        Run folder and data folder; None: those of the project.
    only_tables
        Whether to stop after the tables.
    workers
        How many notebooks run at once.
    """

    scenarios: tuple[str, ...] = ()
    worlds: tuple[str, ...] = (REFERENCE,)
    draws: int = 10_000
    seed: int = 20181116
    until: int = 2030
    as_of: date | None = None
    languages: tuple[str, ...] = LANGUAGES
    out: Path | None = None
    data: Path | None = None
    only_tables: bool = False
    workers: int = 2

    @property
    def run_dir(self) -> Path:
        """The run folder, absolute."""
        return (self.out or home() / "reports" / "latest").absolute()

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.data or home() / "data"


@dataclass(frozen=True)
class Model:
    """The chain as the batch calls it; tests give a small one.

    Attributes
    ----------
    load_inputs
        ``(data, as_of) -> Inputs``.
    scenario_names
        ``(inputs) -> names`` of all that are shipped, the baseline first.
    load_scenario, load_world
        ``(source, inputs) -> Scenario`` or ``World``.
    simulate_many
        ``(scenarios, world=, draws=, seed=, until=, inputs=) -> {name: Projection}``.
    fixed_effects
        ``(inputs, world=, seed=, until=) -> DataFrame``: effects of the assumptions that are not sampled; None: not
        measured.
    notebooks
        Folder of the notebooks.
    pages
        Module with ``render_report`` and ``render_index``.
    estimates
        Module with ``estimate_files``.
    preload
        Modules that the workers import once, before the first job.
    open_workers
        Opens the workers for documents; None: forked processes of this machine.
    """

    load_inputs: Callable[[Path, date | None], Any]
    scenario_names: Callable[[Any], Sequence[str]]
    load_scenario: Callable[[str, Any], Any]
    load_world: Callable[[str, Any], Any]
    simulate_many: Callable[..., Mapping[str, Any]]
    fixed_effects: Callable[..., Any] | None = None
    notebooks: Path = field(default_factory=lambda: home() / "notebooks")
    pages: str = "bhxh_forecast.reporting.html"
    estimates: str = "bhxh_forecast.reporting.estimate_files"
    preload: tuple[str, ...] = PRELOAD
    open_workers: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Context:
    """A run, resolved.

    Attributes
    ----------
    scenarios, worlds
        What was loaded, by name, in the order in which it is shown.
    data
        sha256 of the data files that every projection may read, by name; scenario and world files are not among them,
        since each projection depends on its own only.
    """

    options: RunOptions
    model: Model
    inputs: Any
    scenarios: Mapping[str, Any]
    worlds: Mapping[str, Any]
    data: Mapping[str, str]
    notebooks: Mapping[str, str]
    sources: Mapping[str, str]

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters that all notebooks of the run share."""
        o = self.options
        return {"draws": o.draws, "seed": o.seed, "as_of": str(self.inputs.as_of), "until": o.until}

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Manifest entries of the ``scenarios`` or ``worlds``."""
        items = self.scenarios if kind == "scenarios" else self.worlds
        return [_entry(item, kind) for item in items.values()]

    @property
    def digest(self) -> str:
        """Hash of what the whole run depends on."""
        return key_of(
            {
                "environment": report_environment(),
                "data": self.data,
                "parameters": self.parameters,
                "items": [settings_of(item) for item in (*self.scenarios.values(), *self.worlds.values())],
            }
        )


def resolve(options: RunOptions, model: Model) -> Context:
    """Load and check everything that a run was asked for.

    Raises
    ------
    InputError
        Anything is wrong: options, data, scenarios, worlds, or the parameters cell of a notebook.
    """
    inputs = model.load_inputs(options.data_dir, options.as_of)
    sources = options.scenarios or tuple(model.scenario_names(inputs))
    scenarios = _named([model.load_scenario(source, inputs) for source in sources], "scenario")
    worlds = _named([model.load_world(source, inputs) for source in options.worlds], "world")
    context = Context(
        options=options,
        model=model,
        inputs=inputs,
        scenarios=scenarios,
        worlds=worlds,
        data={name: digest for name, digest in inputs.files.items() if not _of_one_projection(name)},
        notebooks={},
        sources={
            Path(s).name: digest_file(Path(s)) for s in (*sources, *options.worlds) if Path(s).is_file()
        },
    )
    _check_options(context)
    return context if options.only_tables else replace(context, notebooks=_notebooks(context))


def settings_of(item: Any) -> str:
    """Return what a scenario or a world changes, in a text without the place of its file."""
    if hasattr(item, "as_dict"):
        return key_of(item.as_dict())
    return repr((item.name, item.counterfactual, sorted(item.assumptions.items())))


def _check_options(context: Context) -> None:
    from bhxh_forecast.reporting.parameters import check_parameters

    for lang in context.options.languages:
        check_parameters(context.parameters | {"lang": lang}, "bhxh run")
    if context.options.workers < 1:
        raise InputError.of("bhxh run", "workers", str(context.options.workers), "1 or more")


def _notebooks(context: Context) -> dict[str, str]:
    """Check the notebooks against the parameters they will get; return their hashes."""
    found = {}
    values = context.parameters | {"scenario": BASELINE, "world": REFERENCE, "lang": "vi", "run_dir": ""}
    for name in NOTEBOOKS:
        path = context.model.notebooks / f"{name}.ipynb"
        check_notebook(path, values)
        found[name] = digest_file(path)
    return found


def _named(items: Sequence[Any], kind: str) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for item in items:
        if settings_of(named.setdefault(item.name, item)) != settings_of(item):
            raise InputError.of(
                "bhxh run", kind, f"two different ones named {item.name!r}", "one of each name"
            )
    return named


def _entry(item: Any, kind: str) -> dict[str, Any]:
    entry = {"name": item.name, "title": dict(item.title), "description": dict(item.description)}
    if kind == "scenarios":
        entry |= {"counterfactual": bool(item.counterfactual), "folder": folder_of(item.name)}
    return entry


def _of_one_projection(name: str) -> bool:
    return any(part in ("scenarios", "worlds") for part in Path(name).parts[:-1])
