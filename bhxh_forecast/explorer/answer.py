"""Question in, answer out: what the page asks for a setting, for the notebook and the web page alike."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from bhxh_forecast.errors import InputError
from bhxh_forecast.explorer.engine import Engine, at_baseline
from bhxh_forecast.explorer.state import State, read_state
from bhxh_forecast.explorer.summary import summarise
from bhxh_forecast.explorer.words import spoken
from bhxh_forecast.reporting.fmt import LANGUAGES
from bhxh_forecast.reporting.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = dict[str, Any]


def answer(engine: Engine, question: Mapping[str, Any]) -> Answer:
    """Numbers and words of one setting.

    Parameters
    ----------
    question
        ``link``: the setting as a query string; ``lang``: ``vi`` or ``en``. Anything else is ignored.

    Returns
    -------
    dict
        The summary, its words, the scenario file, the link; or ``wrong``, a sentence that says what cannot be.
    """
    began = perf_counter()
    state, left = read_state(str(question.get("link", "")), engine.controls)
    lang = question.get("lang") if question.get("lang") in LANGUAGES else LANGUAGES[0]
    try:
        found = _answer(engine, state, str(lang))
    except InputError as error:
        return {"wrong": _reason(error, Text(str(lang))), "link": state.link(), "left": left}
    return found | {"left": left, "seconds": perf_counter() - began}


def _answer(engine: Engine, state: State, lang: str) -> Answer:
    before, known = engine.baseline_of(state)
    years = {"years": [int(year) for year in engine.years]}
    summary = summarise(engine, state, engine.draws_of(state), before) | years
    baseline = known | years
    return {
        **summary,
        "baseline": {key: baseline[key] for key in ("fans", "odds", "budget")},
        "words": spoken(summary, baseline, lang),
        "link": state.link(),
        "name": state.name,
        "yaml": state.yaml(engine.controls),
    }


def _reason(error: InputError, text: Text) -> str:
    support = any("together at most" in problem.allowed for problem in error.problems)
    return text("explorer.too_much_support") if support else text("explorer.wrong", reason=str(error))


def refined(engine: Engine, question: Mapping[str, Any]) -> Answer | None:
    """One step of the same answer on more draws: the next block that is not there yet; the answer when all are.

    Between steps the asker may think better of it; what was computed stays for a while.
    """
    state, _ = read_state(str(question.get("link", "")), engine.controls)
    try:
        for wanted in (at_baseline(state), state):
            for b in engine.blocks:
                if not engine.has(wanted, b):
                    engine.block_of(wanted, b)
                    return None
    except InputError:
        return answer(engine, question)
    return answer(engine, question)
