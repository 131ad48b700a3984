"""The pages: the chat at /, its script, how to embed it, and what the assistant says about itself and privacy."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from pathlib import Path

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.channels.web.widget import WidgetFile, read_widget
from bot.content.answers import Answer

WEB = Path(__file__).resolve().parents[3] / "web"
_ANSWERS = {"/about": "chat/help", "/privacy": "chat/privacy"}
_HTML = "text/html; charset=utf-8"
_ITEM = "- "
"""What a line of a list begins with in an answer."""
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


def pages(answer: Callable[[str], Answer], exit_address: str, most_characters: int) -> Blueprint:
    """Return the routes; `answer` looks an answer up, the others are what the chat page is set to."""
    routes = Blueprint("pages")
    widget = read_widget()
    options = {"exit": exit_address, "most": str(most_characters), "version": widget.version,
               "integrity": widget.integrity}  # fmt: skip

    @routes.get("/")
    def chat(request: Request) -> HTTPResponse:
        return _page("index.html", **options)

    @routes.get("/embed")
    def embed(request: Request) -> HTTPResponse:
        return _page("embed.html", server=_own_address(request), **options)

    @routes.get("/widget.js")
    def script(request: Request) -> HTTPResponse:
        return _script(request, widget)

    @routes.get("/style.css")
    def style(request: Request) -> HTTPResponse:
        return raw((WEB / "style.css").read_bytes(), headers=_HEADERS, content_type="text/css; charset=utf-8")

    for path, answer_id in _ANSWERS.items():
        routes.add_route(_answer_page(answer, answer_id), path, methods=["GET"], name=path[1:])
    return routes


def _page(name: str, **texts: str) -> HTTPResponse:
    """Return a page of web/ with the texts in place of their names in braces."""
    page = (WEB / name).read_text(encoding="utf-8")
    for key, text in texts.items():
        page = page.replace(f"{{{key}}}", html.escape(text))
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
    frame = (WEB / "answer.html").read_text(encoding="utf-8")

    def page(request: Request) -> HTTPResponse:
        said = answer(answer_id)
        body = "\n".join(_paragraphs(said.text)) + "\n" + "\n".join(_paragraphs(said.more))
        text = frame.replace("{title}", html.escape(said.title)).replace("{body}", body)
        return raw(text.encode(), headers=_HEADERS, content_type=_HTML)

    return page


def _paragraphs(text: str) -> list[str]:
    """Return an answer's text as HTML: a paragraph or a list for each, with their line breaks and links."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        for is_list, lines in itertools.groupby(paragraph.splitlines(), lambda line: line.startswith(_ITEM)):
            if is_list:
                items = "".join(f"<li>{_linked(line.removeprefix(_ITEM))}</li>" for line in lines)
                parts.append(f"<ul>{items}</ul>")
            else:
                parts.append("<p>" + _linked("\n".join(lines)) + "</p>")
    return parts


def _linked(paragraph: str) -> str:
    escaped = html.escape(paragraph.strip(), quote=True).replace("\n", "<br>")
    return re.sub(r"\[([^\]]+)\]\((https://[^)\s]+)\)", r'<a href="\2" rel="noreferrer">\1</a>', escaped)
