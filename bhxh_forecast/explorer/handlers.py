"""The web page: static files, one question at a time per visitor, nothing that a visitor sends is ever executed."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from time import monotonic
from typing import TYPE_CHECKING, Any

import tornado.web

from bhxh_forecast.explorer.workers import Busy
from bhxh_forecast.reporting.fmt import LANGUAGES
from bhxh_forecast.reporting.text import Text

if TYPE_CHECKING:
    from bhxh_forecast.explorer.workers import Team

HERE_FOR = 90.0  # seconds after the last question in which a visitor counts as present
TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass
class Desk:
    """What the handlers share.

    Attributes
    ----------
    movers, refiners
        Who answers moves, and who refines.
    most_visitors
        How many may be present at once.
    seen
        Last question of each visitor, by the random name the page gives itself.
    """

    movers: Team
    refiners: Team
    boot: bytes
    most_visitors: int
    seen: dict[str, float] = field(default_factory=dict)

    def present(self) -> int:
        """Visitors who asked something lately."""
        now = monotonic()
        self.seen = {name: at for name, at in self.seen.items() if now - at < HERE_FOR}
        return len(self.seen)

    def admit(self, visitor: str) -> bool:
        """Note a visitor's question; a new one is refused when all places are taken."""
        if visitor not in self.seen and self.present() >= self.most_visitors:
            return False
        self.seen[visitor] = monotonic()
        return True


class Handler(tornado.web.RequestHandler):
    """Headers of every answer, and no traceback in any."""

    def initialize(self, desk: Desk) -> None:
        """Tornado's own way to hand over what handlers share."""
        self.desk = desk

    def set_default_headers(self) -> None:
        """Only this server's own files, no guessing of types, no referrer."""
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say the number and nothing else."""
        self.finish(f"{status_code}")


class Page(Handler):
    """The page itself, or the notice that all places are taken."""

    def get(self) -> None:
        """Answer in the language of the address, else of the browser, else Vietnamese."""
        if self.desk.present() >= self.desk.most_visitors:
            self.set_status(503)
            self.set_header("Retry-After", "30")
            self.finish(_filled("full.html", **_full()))
            return
        lang = self.get_query_argument("lang", "")
        if lang not in LANGUAGES:
            lang = (
                "en"
                if self.request.headers.get("Accept-Language", "").lower().startswith("en")
                else LANGUAGES[0]
            )
        text = Text(lang)
        self.set_header("Cache-Control", "no-cache")
        self.finish(
            _filled("index.html", lang=lang, title=text("explorer.title"), noscript=text("explorer.noscript"))
        )


def _full() -> dict[str, str]:
    return {
        f"{name}_{lang}": Text(lang)(f"explorer.{key}")
        for lang in LANGUAGES
        for name, key in (("title", "full_title"), ("text", "full"))
    }


class Boot(Handler):
    """Texts, controls and axes, once per page."""

    def get(self) -> None:
        """The same for everybody."""
        self.set_header("Content-Type", "application/json")
        self.finish(self.desk.boot)


class Static(Handler):
    """The few files of the page, by name from a closed list."""

    def get(self, name: str) -> None:
        """One file, compressed where the browser takes it, kept by the browser under its hash."""
        content, packed, tag = static_file(name)
        self.set_header("Content-Type", TYPES[name.rsplit(".", 1)[1]])
        self.set_header("Cache-Control", "public, max-age=600")
        self.set_header("Etag", tag)
        self.set_header("Vary", "Accept-Encoding")
        if self.check_etag_header():
            self.set_status(304)
            return
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            content = packed
        self.finish(content)


class Ask(Handler):
    """A question; the answer is the model's."""

    async def post(self) -> None:
        """Answer a question, or say that it is busy (503)."""
        question = self.question()
        if not self.desk.admit(self.request.headers.get("X-Visitor", "")[:64]):
            self.busy()
            return
        try:
            found = await self.found(question)
        except Busy:
            self.busy()
            return
        if found is not None:
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps(found, ensure_ascii=False, separators=(",", ":")))

    def question(self) -> dict[str, Any]:
        """The question, which must be a JSON object of this page."""
        if not self.request.headers.get("Content-Type", "").startswith("application/json"):
            raise tornado.web.HTTPError(415)  # other sites cannot send this type without asking first
        try:
            question = json.loads(self.request.body)
        except ValueError:
            raise tornado.web.HTTPError(400) from None
        if not isinstance(question, dict):
            raise tornado.web.HTTPError(400)
        return question

    def busy(self) -> None:
        """Say that it is busy."""
        self.set_status(503)
        self.set_header("Retry-After", "3")
        self.finish({"busy": True})

    async def found(self, question: dict[str, Any]) -> Any:
        """The quick answer."""
        return await self.desk.movers.ask("answer", question)


class Refine(Ask):
    """The same on more draws, block by block, until the visitor moves on."""

    left = False

    def on_connection_close(self) -> None:
        """The visitor has moved: the blocks that remain are not computed."""
        self.left = True

    async def found(self, question: dict[str, Any]) -> Any:
        """The answer on many draws; None when nobody waits for it any more."""
        while not self.left:
            found = await self.desk.refiners.ask("refine", question)
            if found is not None:
                return found
        return None


@cache
def static_file(name: str) -> tuple[bytes, bytes, str]:
    """Content of a file of the page, the same compressed, and its tag."""
    if name == "plotly.min.js":
        content = files("plotly").joinpath("package_data", name).read_bytes()
    else:
        content = files("bhxh_forecast.explorer").joinpath("static", name).read_bytes()
    return content, gzip.compress(content, 6, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def _filled(name: str, **values: str) -> str:
    from html import escape

    page = files("bhxh_forecast.explorer").joinpath("static", name).read_text(encoding="utf-8")
    for key, value in values.items():
        page = page.replace(f"{{{{ {key} }}}}", escape(value))
    return page


def application(desk: Desk) -> tornado.web.Application:
    """The routes."""
    shared = {"desk": desk}
    names = r"static/(plotly\.min\.js|panel\.js|web\.js|panel\.css|icon\.svg)"
    return tornado.web.Application(
        [
            (r"/", Page, shared),
            (r"/boot\.json", Boot, shared),
            (f"/{names}", Static, shared),
            (r"/move", Ask, shared),
            (r"/refine", Refine, shared),
        ],
        default_handler_class=tornado.web.ErrorHandler,
        default_handler_args={"status_code": 404},
        compress_response=True,
        log_function=lambda _: None,
    )
