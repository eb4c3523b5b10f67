"""The panel in a notebook: the page's own controls and pictures, its questions answered by the kernel."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from bhxh_forecast.explorer.answer import answer, refined
from bhxh_forecast.explorer.engine import FAST, FINE, Engine
from bhxh_forecast.explorer.state import State, read_state
from bhxh_forecast.explorer.words import boot
from bhxh_forecast.inputs import load_inputs
from bhxh_forecast.simulation import SEED, UNTIL, simulate

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs, Scenario
    from bhxh_forecast.results.projection import Projection


def _text(name: str) -> str:
    return files("bhxh_forecast.explorer").joinpath("static", name).read_text(encoding="utf-8")


def _module() -> str:
    """The drawing library, the panel and the notebook's end of it as one module: nothing is asked of the network."""
    library = files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")
    return "\n".join([library, _text("panel.js"), _text("notebook.js")])


class Panel(anywidget.AnyWidget):
    """The explorer as a widget; ``state``, ``scenario`` and ``projection`` give what is on the screen to Python.

    Parameters
    ----------
    inputs
        Data as known on a day.
    fine
        Draws to which a setting is refined when the reader pauses.
    """

    _esm = traitlets.Unicode("").tag(sync=True)
    boot = traitlets.Dict().tag(sync=True)
    css = traitlets.Unicode("").tag(sync=True)
    lang = traitlets.Unicode("vi").tag(sync=True)
    link = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        inputs: Inputs,
        *,
        link: str = "",
        lang: str = "vi",
        draws: int = FAST,
        fine: int = FINE,
        seed: int = SEED,
        until: int = UNTIL,
    ) -> None:
        self.engine = Engine(inputs, draws=draws, seed=seed, until=until)
        self.fine_draws = fine
        self._fine: Engine | None = None
        self._stop: dict[int, Event] = {}
        self._lock = Lock()
        super().__init__(_esm=_module(), css=_text("panel.css"), boot=boot(self.engine), link=link, lang=lang)
        self.on_msg(self._asked)

    @property
    def state(self) -> State:
        """The setting on the screen."""
        return read_state(str(self.link), self.engine.controls)[0]

    @property
    def scenario(self) -> Scenario:
        """The scenario on the screen, for ``simulate``."""
        return self.state.scenario(self.engine.controls)

    def projection(self, draws: int = FINE) -> Projection:
        """The setting on the screen as a full projection with all its tables.

        Parameters
        ----------
        draws
            Number of draws.
        """
        engine, state = self.engine, self.state
        return simulate(
            self.scenario,
            world=state.world,
            draws=draws,
            seed=engine.seed,
            until=engine.controls.until,
            inputs=engine.inputs,
        )

    def _asked(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """A message of the page: a question, one to refine, or that nobody waits any more."""
        if "cancel" in message:
            self._stop.pop(message["cancel"], Event()).set()
        elif message.get("fine"):
            stop = self._stop[message["number"]] = Event()
            Thread(target=self._refine, args=(message, stop), daemon=True).start()
        else:
            self._tell(message["number"], answer(self.engine, message["question"]))

    def _refine(self, message: dict[str, Any], stop: Event) -> None:
        """Go through the blocks of the finer draws until done or no longer wanted."""
        with self._lock:
            if self._fine is None:
                engine = self.engine
                until = engine.controls.until
                self._fine = Engine(engine.inputs, draws=self.fine_draws, seed=engine.seed, until=until)
        found = None
        while found is None and not stop.is_set():
            found = refined(self._fine, message["question"])
        self._stop.pop(message["number"], None)
        if found is not None and not stop.is_set():
            self._tell(message["number"], found)

    def _tell(self, number: int, found: dict[str, Any]) -> None:
        self.send({"number": number, "answer": found})


def open_panel(
    scenario: str = "current_policy",
    world: str = "reference",
    seed: int = SEED,
    as_of: str = "",
    until: int = UNTIL,
    lang: str = "vi",
    *,
    draws: int = FAST,
    fine: int = FINE,
) -> Panel:
    """Open the explorer in a notebook.

    Parameters
    ----------
    scenario, world
        What it starts from.
    as_of
        Day up to which data and law are known (YYYY-MM-DD); empty: the newest of the data.
    until, lang
        Last year; ``vi`` or ``en``.
    draws, fine
        Draws of a move, and those to which it is refined.
    """
    inputs = load_inputs(as_of=date.fromisoformat(as_of) if as_of else None)
    link = f"start={scenario}&world={world}&year={until}"
    return Panel(inputs, link=link, lang=lang, draws=draws, fine=fine, seed=seed, until=until)
