"""The web page answers, refuses what is not its own, says when it is busy, and survives a dead worker."""

import asyncio
import json
from http.client import HTTPConnection, HTTPResponse

import pytest

from bhxh_forecast.explorer import handlers
from bhxh_forecast.explorer.answer import answer
from bhxh_forecast.explorer.engine import Engine
from bhxh_forecast.explorer.server import LONGEST_QUESTION, Server
from bhxh_forecast.explorer.workers import Busy, Team, Worker, start_method
from tests.explorer.conftest import SETUP

LINK = "start=combined&subsidy.city_share.other=0.4,2027-01"


def ask(
    port: int, path: str, body: object = None, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = {"Content-Type": "application/json", "X-Visitor": "a"}
    connection.request("GET" if sent is None else "POST", path, sent, usual | (headers or {}))
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def test_an_answer_over_the_wire_is_the_engines(running: tuple[Server, int], engine: Engine) -> None:
    question = {"link": LINK, "lang": "en"}
    response, content = ask(running[1], "/move", question)
    here = json.loads(json.dumps(answer(engine, question)))
    assert response.status == 200
    assert {**json.loads(content), "seconds": 0} == {**here, "seconds": 0}


def test_refining_gives_more_draws(running: tuple[Server, int]) -> None:
    response, content = ask(running[1], "/refine", {"link": LINK, "lang": "vi"})
    assert response.status == 200
    assert json.loads(content)["draws"] == SETUP.fine


@pytest.mark.parametrize(
    ("query", "accept", "lang"),
    [("", "vi", "vi"), ("", "en-US,en", "en"), ("?lang=en", "vi", "en"), ("?lang=xx", "", "vi")],
)
def test_the_page_speaks_the_readers_language(
    running: tuple[Server, int], query: str, accept: str, lang: str
) -> None:
    response, content = ask(running[1], f"/{query}", headers={"Accept-Language": accept})
    assert response.status == 200
    assert f'<html lang="{lang}">' in content.decode()
    assert "http" not in content.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_files_are_compressed_and_kept_by_the_browser(running: tuple[Server, int]) -> None:
    response, content = ask(running[1], "/static/plotly.min.js", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(content) < 2_000_000
    again, nothing = ask(
        running[1], "/static/plotly.min.js", headers={"If-None-Match": response.headers["Etag"]}
    )
    assert (again.status, nothing) == (304, b"")
    plain, content = ask(running[1], "/static/panel.js", headers={"Accept-Encoding": "identity"})
    assert plain.headers.get("Content-Encoding") is None
    assert content.startswith(b"/*")


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/static/../server.py", None, {}, 404),
        ("/static/controls.yaml", None, {}, 404),
        ("/api/kernels", None, {}, 404),
        ("/move", b"not json", {}, 400),
        ("/move", [1], {}, 400),
        ("/move", {"link": ""}, {"Content-Type": "text/plain"}, 415),
        ("/move", b"x" * (LONGEST_QUESTION + 1), {}, 400),
    ],
)
def test_what_is_not_the_pages_own_is_refused(
    running: tuple[Server, int], path: str, body: object, headers: dict[str, str], status: int
) -> None:
    response, content = ask(running[1], path, body, headers)
    assert response.status == status
    assert b"Traceback" not in content


def test_code_in_a_question_is_only_text(running: tuple[Server, int]) -> None:
    _, content = ask(
        running[1], "/move", {"link": "name=__import__('os')&start=1+1", "lang": {"a": 1}, "code": "1/0"}
    )
    found = json.loads(content)
    assert found["left"] == ["name=__import__('os')", "start=1 1"]
    assert found["link"].startswith("start=current_policy")


def test_when_all_places_are_taken_the_page_says_so_in_both_languages(running: tuple[Server, int]) -> None:
    server, port = running
    server.desk.seen.clear()
    for visitor in "abc":
        assert ask(port, "/move", {"link": ""}, {"X-Visitor": visitor})[0].status == 200
    response, content = ask(port, "/")
    assert response.status == 503
    assert response.headers["Retry-After"]
    assert "Đã hết chỗ" in content.decode()
    assert "All places are taken" in content.decode()
    assert ask(port, "/move", {"link": ""}, {"X-Visitor": "d"})[0].status == 503
    assert ask(port, "/move", {"link": ""}, {"X-Visitor": "c"})[0].status == 200
    server.desk.seen.clear()


def test_a_worker_that_died_is_replaced(running: tuple[Server, int]) -> None:
    worker = running[0].desk.movers.workers[0]
    before = worker.process.pid
    worker.process.kill()
    worker.process.join(10)
    assert ask(running[1], "/move", {"link": LINK})[0].status == 200
    assert worker.process.pid != before


def test_a_team_with_too_many_waiting_is_busy(engine: Engine) -> None:
    context = start_method()
    worker = Worker(context, SETUP, SETUP.draws, engine)

    async def crowd() -> list[object]:
        team = Team([worker], most_waiting=2)
        questions = [team.ask("answer", {"link": LINK}) for _ in range(6)]
        return await asyncio.gather(*questions, return_exceptions=True)

    found = asyncio.run(crowd())
    worker.end()
    refused = [item for item in found if isinstance(item, Busy)]
    assert 0 < len(refused) < 6
    assert all(item["draws"] == SETUP.draws for item in found if isinstance(item, dict))


def test_visitors_who_left_free_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(handlers, "monotonic", lambda: now[0])
    desk = handlers.Desk(None, None, b"", most_visitors=1)  # type: ignore[arg-type]
    assert desk.admit("a")
    assert not desk.admit("b")
    now[0] += handlers.HERE_FOR
    assert desk.admit("b")
