"""The pages: the chat at /, its script, how to embed it, what the assistant says about itself and privacy, /health."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.channels.web.widget import PARTS, WidgetFile, read_widget
from bot.content.answers import Answer
from bot.content.markup import read

WEB = Path(__file__).resolve().parents[3] / "web"
TEMPLATES = Environment(
    loader=FileSystemLoader(WEB), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
)
_FILES = (
    *(f"{name}.html" for name in ("index", "embed", "answer", "layout", "blocks")),
    "style.css",
    *(f"widget/{name}" for name in PARTS),
)
_ANSWERS = {"/about": "chat/help", "/privacy": "chat/privacy"}
_HTML = "text/html; charset=utf-8"
_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_YEAR_SECONDS = 31_536_000
_LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


def missing_files(folder: Path = WEB) -> list[str]:
    """Return the names of the files that the pages are made of and that aren't there."""
    return [f"{folder.name}/{name}" for name in _FILES if not (folder / name).is_file()]


def pages(answer: Callable[[str], Answer], exit_address: str, most_characters: int) -> Blueprint:
    """Return the routes; `answer` looks an answer up, the others are what the chat page is set to."""
    routes = Blueprint("pages")
    widget = read_widget()
    options = {"exit": exit_address, "most": str(most_characters), "version": widget.version,
               "integrity": widget.integrity}  # fmt: skip

    def get(path: str) -> Any:
        return routes.route(path, methods=["GET", "HEAD"])

    @get("/")
    def chat(request: Request) -> HTTPResponse:
        return _page("index.html", **options)

    @get("/embed")
    def embed(request: Request) -> HTTPResponse:
        return _page("embed.html", server=_own_address(request), **options)

    @get("/widget.js")
    def script(request: Request) -> HTTPResponse:
        return _script(request, widget)

    @get("/style.css")
    def style(request: Request) -> HTTPResponse:
        return raw((WEB / "style.css").read_bytes(), headers=_HEADERS, content_type="text/css; charset=utf-8")

    @get("/health")
    def health(request: Request) -> HTTPResponse:
        return raw(b"ok\n", headers={"cache-control": "no-store"}, content_type="text/plain; charset=utf-8")

    for path, answer_id in _ANSWERS.items():
        routes.add_route(_answer_page(answer, answer_id), path, methods=["GET", "HEAD"], name=path[1:])
    return routes


def _page(name: str, **values: object) -> HTTPResponse:
    """Return a page made of its template in web/."""
    page = TEMPLATES.get_template(name).render(values)
    return raw(page.encode(), headers=_HEADERS, content_type=_HTML)


def _own_address(request: Request) -> str:
    """Return where people reach this server: behind a proxy by https, on one's own machine without."""
    host = request.headers.get("host", "")
    return f"http://{host}" if _LOCAL.fullmatch(host) else f"https://{host}"


def _script(request: Request, widget: WidgetFile) -> HTTPResponse:
    """Return the widget, for any website. With its version in the address it may be kept for good."""
    tag = f'"{widget.version}"'
    current = request.args.get("v") == widget.version
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
    body = widget.script
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = widget.compressed, "gzip"
    return raw(body, headers=headers, content_type="text/javascript; charset=utf-8")


def _answer_page(answer: Callable[[str], Answer], answer_id: str) -> Callable[[Request], HTTPResponse]:
    def page(request: Request) -> HTTPResponse:
        shown = answer(answer_id)
        return _page("answer.html", title=shown.title, blocks=read(shown.text) + read(shown.more))

    return page
