"""The pages: the chat at /, and what the assistant says about itself and about privacy, from the answer files."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.content.answers import Answer

WEB = Path(__file__).resolve().parents[2] / "web"
_FILES = {"/": ("index.html", "text/html; charset=utf-8"), "/chat.js": ("chat.js", "text/javascript; charset=utf-8"),
          "/style.css": ("style.css", "text/css; charset=utf-8")}  # fmt: skip
_ANSWERS = {"/about": "chat/help", "/privacy": "chat/privacy"}
_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def pages(answer: Callable[[str], Answer]) -> Blueprint:
    """Return the routes; `answer` looks an answer up."""
    routes = Blueprint("pages")
    for path, (name, kind) in _FILES.items():
        routes.add_route(_file_page(WEB / name, kind), path, methods=["GET"], name=name.replace(".", "_"))
    for path, answer_id in _ANSWERS.items():
        routes.add_route(_answer_page(answer, answer_id), path, methods=["GET"], name=path[1:])
    return routes


def _file_page(path: Path, kind: str) -> Callable[[Request], HTTPResponse]:
    def page(request: Request) -> HTTPResponse:
        return raw(path.read_bytes(), headers=_HEADERS, content_type=kind)

    return page


def _answer_page(answer: Callable[[str], Answer], answer_id: str) -> Callable[[Request], HTTPResponse]:
    frame = (WEB / "answer.html").read_text(encoding="utf-8")

    def page(request: Request) -> HTTPResponse:
        said = answer(answer_id)
        body = "\n".join(_paragraphs(said.text)) + "\n" + "\n".join(_paragraphs(said.more))
        text = frame.replace("{title}", html.escape(said.title)).replace("{body}", body)
        return raw(text.encode(), headers=_HEADERS, content_type="text/html; charset=utf-8")

    return page


def _paragraphs(text: str) -> list[str]:
    """Return an answer's text as HTML: a paragraph for each, with its line breaks and links."""
    return [f"<p>{_linked(paragraph)}</p>" for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]


def _linked(paragraph: str) -> str:
    escaped = html.escape(paragraph.strip(), quote=True).replace("\n", "<br>")
    return re.sub(r"\[([^\]]+)\]\((https://[^)\s]+)\)", r'<a href="\2" rel="noreferrer">\1</a>', escaped)
