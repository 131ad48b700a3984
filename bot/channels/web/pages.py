"""The pages: the front page, the chat for frames, how to embed it, what it says of itself, /health and /ready."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.channels.web.widget import PARTS, Served, chat_script, exit_script
from bot.content.answers import Answer
from bot.content.languages import ENGLISH, speaking
from bot.content.markup import read

WEB = Path(__file__).resolve().parents[3] / "web"
TEMPLATES = Environment(
    loader=FileSystemLoader(WEB), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
)
_FILES = (
    *(f"{name}.html" for name in ("index", "embed", "frame", "answer", "layout", "blocks", "leave")),
    "style.css",
    *(f"widget/{name}" for name in PARTS),
)
_WEIGHT = re.compile(r"[01](\.\d{1,3})?")
_ANSWERS = {"/about": "chat/help", "/privacy": "chat/privacy"}
_READING = ["GET", "HEAD"]
_HTML = "text/html; charset=utf-8"
_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_JSON = "application/json; charset=utf-8"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)
_YEAR_SECONDS = 31_536_000
_LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


def missing_files(folder: Path = WEB) -> list[str]:
    """Return the names of the files that the pages are made of and that aren't there."""
    return [f"{folder.name}/{name}" for name in _FILES if not (folder / name).is_file()]


@dataclass(frozen=True)
class ChatTexts:
    """What the chat on a page, and the pages around it, say in one language.

    Attributes:
        language: its code.
        right_to_left: whether it is written from right to left.
        words: what data/faq/widget.yml holds, in that language.
        front_language: the code of the language that the front page is in; English if it isn't translated.
        cards: urgent answers that are shown without a network, by id: title and text.
        hints: the words by which danger is recognised without a network (web/widget/danger.json).
        buttons: the titles of the two buttons for someone in danger, by the card that they show.
        emergency: the sentence with the emergency numbers, in the answers' markup.
    """

    language: str
    right_to_left: bool
    words: Mapping[str, Any]
    front_language: str
    cards: Mapping[str, Mapping[str, str]]
    hints: Mapping[str, Any]
    buttons: Mapping[str, str]
    emergency: str

    def of_script(self) -> dict[str, object]:
        """Return what the script needs to know of it, by the script's own names."""
        return {
            "SPOKEN": self.language,
            "DIRECTION": "rtl" if self.right_to_left else self.language != ENGLISH and "ltr",
            "WORDS": self.words["words"],
            "STARTERS": self.words["starters"],
            "CARDS": self.cards,
            "HINTS": self.hints,
            "CHECKS": self.buttons,
        }


@dataclass(frozen=True)
class ChatOptions:
    """What the chat on a page is made of.

    Attributes:
        texts: returns what it says in a language, by its code.
        languages: the codes of those that there are.
        limits: `most` characters of a message; `idle` and `longest`, the minutes after which a chat is forgotten.
        exit_address: where "Leave now" leads.
        counted: whether the server counts if answers help.
        frame_origins: the websites that may show the chat in a frame.
    """

    texts: Callable[[str], ChatTexts]
    languages: Collection[str]
    limits: Mapping[str, float]
    exit_address: str
    counted: bool = False
    frame_origins: tuple[str, ...] = ()

    def script(self) -> Served:
        """Return the script that makes the chat. It is in English, and gets the words of other languages itself."""
        counted = {"COUNTED": self.counted}
        return chat_script(
            {**self.texts(ENGLISH).of_script(), "LIMITS": self.limits, "EXIT": self.exit_address, **counted}
        )

    def front(self, language: str) -> dict[str, object]:
        """Return what the front page says, with the times filled in."""
        texts = self.texts(language)
        times = {"{idle}": f"{self.limits['idle']:g}", "{longest}": f"{self.limits['longest']:g}"}
        front = dict(texts.words["front"])
        for mark, minutes in times.items():
            front["keeps"] = front["keeps"].replace(mark, minutes)
        return {
            **front,
            "words": texts.words["words"],
            "blocks": read(texts.emergency),
            "language": texts.front_language,
        }


def pages(answer: Callable[[str], Answer], chat: ChatOptions) -> Blueprint:
    """Return the routes; `answer` looks an answer up, in the language that is spoken."""
    routes = Blueprint("pages")
    files = _add_files(routes, chat)
    _add_words(routes, chat)
    _add_states(routes)

    def shared(language: str) -> dict[str, Any]:
        texts = chat.texts(language)
        named = {"language": language, "direction": texts.of_script()["DIRECTION"], "leave_to": chat.exit_address}
        return {**named, "front": chat.front(language), **files}

    @routes.route("/", methods=_READING)
    def front(request: Request) -> HTTPResponse:
        return _page("index.html", shared(_wanted(request, chat.languages)))

    @routes.route("/frame", methods=_READING)
    def frame(request: Request) -> HTTPResponse:
        framed = " ".join(["'self'", *chat.frame_origins])
        return _page("frame.html", shared(_wanted(request, chat.languages)), framed)

    @routes.route("/embed", methods=_READING)
    def embed(request: Request) -> HTTPResponse:
        return _page("embed.html", {**shared(ENGLISH), "server": _own_address(request)})

    for path, answer_id in _ANSWERS.items():
        page = _answer_page(answer, answer_id, chat.languages, shared)
        routes.add_route(page, path, methods=_READING, name=path[1:])
    return routes


def _add_files(routes: Blueprint, chat: ChatOptions) -> dict[str, Served]:
    """Add the script of the chat, that of "Leave now" and the style, and return them as the templates name them."""
    script, leave, style = chat.script(), exit_script(), Served.of((WEB / "style.css").read_bytes())
    routes.add_route(_file(script, _SCRIPT), "/widget.js", methods=_READING, name="widget_js")
    routes.add_route(_file(leave, _SCRIPT), "/exit.js", methods=_READING, name="exit_js")
    routes.add_route(_file(style, _STYLE), "/style.css", methods=_READING, name="style_css")
    return {"widget": script, "exit": leave, "style": style}


def _add_words(routes: Blueprint, chat: ChatOptions) -> None:
    """Add what the script of the chat says in each language."""

    @functools.cache
    def words_in(language: str) -> Served:
        return Served.of(json.dumps(chat.texts(language).of_script(), ensure_ascii=False).encode())

    @routes.route("/words/<name>", methods=_READING)
    def words(request: Request, name: str) -> HTTPResponse:
        language = name.lower().removesuffix(".json")
        return _file(words_in(language), _JSON)(request) if language in chat.languages else HTTPResponse(status=404)


def _add_states(routes: Blueprint) -> None:
    """Add what says whether the server is alive, and whether it is to be sent more."""

    @routes.route("/health", methods=_READING)
    def health(request: Request) -> HTTPResponse:
        return _state(b"ok\n")

    @routes.route("/ready", methods=_READING)
    def ready(request: Request) -> HTTPResponse:
        is_stopping = getattr(request.app.ctx, "is_stopping", False)  # The preview doesn't stop gently.
        return _state(b"stopping\n", 503) if is_stopping else _state(b"ready\n")


def _wanted(request: Request, known: Collection[str]) -> str:
    """Return the code of the language that a page is to be in: `?lang=`, or the first that the browser asks for."""
    accepted = request.headers.get("accept-language", "")
    weighed = [one.partition(";q=")[::2] for one in accepted.replace(" ", "").split(",")]
    by_weight = sorted(weighed, key=lambda one: -float(one[1]) if _WEIGHT.fullmatch(one[1]) else -1.0)
    for wanted in (request.args.get("lang", ""), *(name for name, _ in by_weight)):
        code = str(wanted).lower().partition("-")[0]
        if code in known:
            return code
    return ENGLISH


def _state(text: bytes, status: int = 200) -> HTTPResponse:
    return raw(text, status, headers={"cache-control": "no-store"}, content_type="text/plain; charset=utf-8")


def _page(name: str, values: Mapping[str, object], frame_ancestors: str = "'none'") -> HTTPResponse:
    """Return a page made of its template in web/; it may stand in frames of `frame_ancestors` only."""
    page = TEMPLATES.get_template(name).render(values)
    headers = {
        "cache-control": "no-cache",
        "content-security-policy": _POLICY + frame_ancestors,
        "referrer-policy": "no-referrer",
        "vary": "accept-language",
        "x-content-type-options": "nosniff",
    }
    return raw(page.encode(), headers=headers, content_type=_HTML)


def _own_address(request: Request) -> str:
    """Return where people reach this server: behind a proxy by https, on one's own machine without."""
    host = request.headers.get("host", "")
    return f"http://{host}" if _LOCAL.fullmatch(host) else f"https://{host}"


def _file(file: Served, content_type: str) -> Callable[[Request], HTTPResponse]:
    """Return the route of a file, for any website. With its version in the address it may be kept for good."""

    def send(request: Request) -> HTTPResponse:
        tag = f'"{file.version}"'
        current = request.args.get("v") == file.version
        headers = {
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
            "cache-control": f"public, max-age={_YEAR_SECONDS}, immutable" if current else "no-cache",
            "etag": tag,
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
        }
        if request.headers.get("if-none-match") == tag:
            return HTTPResponse(status=304, headers=headers)
        body = file.source
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["content-encoding"] = file.compressed, "gzip"
        return raw(body, headers=headers, content_type=content_type)

    return send


def _answer_page(
    answer: Callable[[str], Answer],
    answer_id: str,
    languages: Collection[str],
    shared: Callable[[str], Mapping[str, object]],
) -> Callable[[Request], HTTPResponse]:
    def page(request: Request) -> HTTPResponse:
        language = _wanted(request, languages)
        with speaking(language):
            shown = answer(answer_id)
        if shown is answer(answer_id):  # It isn't translated.
            language = ENGLISH
        blocks = read(shown.text) + read(shown.more)
        follow_ups = [(one.question, read(one.text)) for one in shown.follow_ups]
        own = {"title": shown.title, "blocks": blocks, "follow_ups": follow_ups}
        return _page("answer.html", {**shared(language), **own})

    return page
