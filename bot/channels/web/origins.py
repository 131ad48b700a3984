"""Which websites' pages may talk to the web chat: the server's own, and those on the operator's list."""

from __future__ import annotations

from collections.abc import Collection

from sanic.request import Request


def is_allowed(request: Request, allowed: Collection[str]) -> bool:
    """Tell whether a request may be served.

    Browsers name the page's origin with every POST; a program that names none is no page, and is served. The scheme of
    the server's own origin isn't compared: behind a proxy the server doesn't know whether people came by https. An
    origin is a scheme and a host and no more, so it isn't parsed: urllib would keep it in a cache, and trips over `[`.
    """
    origin = request.headers.get("origin")
    return origin is None or origin in allowed or origin.partition("://")[2] == request.headers.get("host")


def cors_headers(request: Request) -> dict[str, str]:
    """Return the headers that let an allowed page read the reply."""
    origin = request.headers.get("origin")
    return {"vary": "origin", **({"access-control-allow-origin": origin} if origin else {})}
