"""The preview's server: this machine only. What is asked here stays in its memory."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.channels.web.pages import TEMPLATES, WEB, pages
from bot.content import DATA
from bot.content.answers import Address
from bot.content.examples import example_questions
from bot.content.library import library
from bot.content.own import changes
from bot.content.reply import Kind, Reply, target_of
from bot.conversation.assistant import Assistant
from bot.conversation.explain import ask
from bot.conversation.messages import Refused, Said
from bot.preview.desk import Desk, reply_to
from bot.preview.why import reasons
from bot.settings import Settings
from bot.web_chat import chat_options

_FILES = {"page.js": "text/javascript", "press.js": "text/javascript", "style.css": "text/css"}
_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; form-action 'none'; frame-ancestors 'self'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_SECONDS_TO_WAIT = 20


class Asking:
    """The assistant, loaded while the page is there already.

    Args:
        load: returns the assistant; what it raises is shown.
        is_up_to_date: whether its model has learned from the example questions as they stand.
    """

    def __init__(self, load: Callable[[], Assistant], is_up_to_date: Callable[[], bool]) -> None:
        self._load, self._is_up_to_date = load, is_up_to_date
        self._assistant: Assistant | None = None
        self.status = "The model is being loaded …"

    def load(self, loaded: Callable[[], None]) -> None:
        """Load it, which takes a while, and call `loaded`."""
        try:
            self._assistant, self.status = self._load(), ""
        except Exception as failure:  # noqa: BLE001  The answers can be looked at without it.
            self.status = f"Nothing can be asked: {failure}"
        loaded()

    async def explained(self, question: str, desk: Desk) -> dict[str, Any]:
        """Return what a question would get, and why."""
        if not self._assistant:
            return {"status": self.status}
        try:
            asked = await ask(self._assistant, question)
        except Refused as refused:
            return {"status": refused.sentence}
        examples = await asyncio.to_thread(lambda: list(example_questions(DATA / "nlu")))
        near = [
            {"id": one.answer_id, "title": desk.title(one.answer_id), "sure": one.confidence}
            for one in asked.alternatives
        ]
        return {
            "answer": str(Address(asked.answer_id, asked.section)),
            "title": desk.title(asked.answer_id),
            "decision": asked.decision.value,
            "sure": asked.confidence,
            "near": near,
            "why": list(reasons(asked, examples)),
            "up_to_date": await asyncio.to_thread(self._is_up_to_date),
        }

    async def replies(self, text: str) -> list[Reply]:
        """Return the replies to words that someone types into the chat."""
        if not self._assistant:
            return [Reply(Kind.FALLBACK, self.status)]
        return list(await self._assistant.reply(Said(secrets.token_hex(16), "preview", text)))


class Changes:
    """Counts what has changed, and lets the page wait for the next change."""

    def __init__(self) -> None:
        self.number = 1
        self._waiting: set[asyncio.Event] = set()

    def tell(self) -> None:
        """Wake all who wait."""
        self.number += 1
        for event in self._waiting:
            event.set()

    async def after(self, number: int) -> None:
        """Wait until there is something newer, or for a while."""
        if number != self.number:
            return
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), _SECONDS_TO_WAIT)
        except asyncio.TimeoutError:
            pass
        finally:
            self._waiting.discard(event)


def make_preview(load: Callable[[], Assistant], is_up_to_date: Callable[[], bool], settings: Settings) -> Sanic:
    """Return the preview's application."""
    app = Sanic("preview", configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.USE_UVLOOP = False
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 0.5  # A page that waits for changes needs no goodbye.
    desk, changes, asking = Desk(library()), Changes(), Asking(load, is_up_to_date)
    app.blueprint(pages(lambda answer_id: library()[answer_id], chat_options(settings)))
    app.register_middleware(_only_this_machine, "request")
    _add_preview(app, desk, changes, asking)
    _add_chat(app, asking)

    async def started(*_: Any) -> None:
        loop = asyncio.get_running_loop()

        def tell() -> None:
            loop.call_soon_threadsafe(changes.tell)

        changed = threading.Event()
        for work in (
            partial(_follow, desk, tell, changed),
            partial(_check, desk, tell, changed),
            partial(asking.load, tell),
        ):
            threading.Thread(target=work, daemon=True).start()

    app.register_listener(started, "after_server_start")
    return app


def _add_preview(app: Sanic, desk: Desk, changes: Changes, asking: Asking) -> None:
    @app.get("/preview")
    async def page(_: Request) -> HTTPResponse:
        return _html((WEB / "preview" / "page.html").read_text(encoding="utf-8"))

    @app.get("/preview/chat")
    async def chat(_: Request) -> HTTPResponse:
        return _html(TEMPLATES.get_template("preview/chat.html").render())

    @app.get("/preview/<name>")
    async def file(_: Request, name: str) -> HTTPResponse:
        if name not in _FILES:
            raise SanicException("There is no such file.", 404)
        return raw(
            (WEB / "preview" / name).read_bytes(), headers=_HEADERS, content_type=f"{_FILES[name]}; charset=utf-8"
        )

    @app.get("/preview/state")
    async def state(request: Request) -> HTTPResponse:
        await changes.after(int(request.args.get("after", "0")))
        return _json({"number": changes.number, "asking": asking.status, "answers": desk.overview()})

    @app.get("/preview/answer")
    async def answer(request: Request) -> HTTPResponse:
        try:
            return _json(desk.answer(Address.parse(request.args.get("id", ""))))
        except (KeyError, ValueError):
            return _json({"error": "There is no such answer."}, 404)

    @app.post("/preview/ask")
    async def question(request: Request) -> HTTPResponse:
        return _json(await asking.explained(str((request.json or {}).get("text", ""))[:1000], desk))


def _add_chat(app: Sanic, asking: Asking) -> None:
    """Add what the chat sends to, in place of bot/channels/web/channel.py."""

    @app.post("/chat/message")
    async def message(request: Request) -> HTTPResponse:
        body = request.json or {}
        try:
            replies = [reply_to(target_of(str(body.get("button") or body.get("text"))))]
        except ValueError:
            replies = await asking.replies(str(body.get("text")))
        return _json({"conversation": "0" * 32, "replies": [reply.as_json() for reply in replies]})

    @app.post("/chat/forget")
    async def forget(_: Request) -> HTTPResponse:
        return _json({"message": ""})


def _follow(desk: Desk, tell: Callable[[], None], changed: threading.Event) -> None:
    """Show each change of a file at once; for ever."""
    for _ in changes(DATA):
        desk.read()
        changed.set()
        tell()


def _check(desk: Desk, tell: Callable[[], None], changed: threading.Event) -> None:
    """Show what is wrong, as soon as that is known, now and after each change; for ever."""
    while True:
        changed.clear()
        desk.check()
        tell()
        changed.wait()


async def _only_this_machine(request: Request) -> None:
    """Refuse requests under other names, by which a website could reach this server through the browser."""
    host = request.headers.get("host", "")
    origin = request.headers.get("origin", f"http://{host}")
    if host.rpartition(":")[0] not in _HOSTS or origin != f"http://{host}":
        raise SanicException("The preview is for this machine only.", 403)


def _html(text: str) -> HTTPResponse:
    return raw(text.encode(), headers=_HEADERS, content_type="text/html; charset=utf-8")


def _json(data: dict[str, Any], status: int = 200) -> HTTPResponse:
    text = json.dumps(data, ensure_ascii=False)
    return HTTPResponse(text, status, headers=_HEADERS, content_type="application/json; charset=utf-8")
