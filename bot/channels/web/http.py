"""Makes Sanic refuse requests that two programs could read in two ways.

Sanic 21.12.2 reads HTTP leniently. A negative Content-Length makes it loop forever (sanic/http.py:491 Http.read), and
where it guesses the end of a body, a proxy in front may guess another one and take one request for two. What RFC 9112
doesn't allow gets 400 and a closed connection, before the body is read. What comes too slowly gets 408, and is closed
too. Nothing of a request is logged.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import sanic.server.protocols.http_protocol as http_protocol
from sanic import Sanic
from sanic.exceptions import InvalidUsage, MethodNotSupported, RequestTimeout
from sanic.http import HTTP_CONTINUE, Http, Stage
from sanic.request import Request
from sanic.response import HTTPResponse

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TEXT = rb"[^\x00-\x08\x0a-\x1f\x7f]*"
_REQUEST_LINE = re.compile(_TOKEN + rb" (?:/[!-~]*|\*) HTTP/(?P<version>1\.[01])")
"""The address is a path: whole addresses are for proxies, and name a second host."""
_FIELD = re.compile(rb"(?P<name>" + _TOKEN + rb"):[ \t]*(?P<value>" + _TEXT + rb")")
_VALUES = {
    b"host": re.compile(rb"[!-~]*[ \t]*"),
    b"content-length": re.compile(rb"[0-9]{1,15}[ \t]*"),
    b"transfer-encoding": re.compile(rb"chunked"),
}
_CHUNK_LINE = re.compile(rb"\r\n(?P<size>[0-9A-Fa-f]{1,8})(;" + _TEXT + rb")?\r\n")
_MOST_BYTES_IN_A_CHUNK_LINE = 64
_MOST_BYTES = 262_144
"""How large a body is read at all. The chat refuses smaller ones too, with a sentence."""
_SECONDS_FOR_A_REQUEST = 20


def read_strictly(app: Sanic) -> None:
    """Let an application refuse what isn't strictly HTTP, is endless, or comes too slowly."""
    app.config.REQUEST_MAX_SIZE = _MOST_BYTES
    app.config.REQUEST_TIMEOUT = _SECONDS_FOR_A_REQUEST
    # Sanic sends this signal when it has a whole head and has parsed nothing yet (sanic/http.py:224
    # http1_request_header). It answers whatever is raised then with 400, and closes the connection.
    app.signal("http.lifecycle.read_head")(check_head)
    app.error_handler.add(MethodNotSupported, _say_what_is_allowed)
    # A connection takes its reader from this name (sanic/server/protocols/http_protocol.py:88 _setup_connection).
    http_protocol.Http = StrictHttp


def stop_gently(app: Sanic, drain_seconds: float, seconds_to_finish: float) -> None:
    """Let an application that is told to stop answer on for a while, and then what it is at work on.

    Connections are closed after their next reply. Sanic would leave them open (sanic/server/runners.py:167), so that a
    proxy goes on asking, and then cut off whoever asks at the end.
    """
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = seconds_to_finish
    app.ctx.is_stopping = False

    @app.before_server_stop
    async def drain(app: Sanic, _: Any) -> None:
        app.ctx.is_stopping = True
        await asyncio.sleep(drain_seconds)

    @app.on_response
    async def close_if_stopping(request: Request, _: HTTPResponse) -> None:
        if app.ctx.is_stopping and request.stream:
            request.stream.keep_alive = False


def _say_what_is_allowed(request: Request, error: MethodNotSupported) -> HTTPResponse:
    """Return Sanic's reply with the header that RFC 9110 wants in it."""
    response: HTTPResponse = request.app.error_handler.default(request, error)
    routes = [route for route in request.app.router.routes if f"/{route.path}" == request.path]
    response.headers["allow"] = ", ".join(sorted({method for route in routes for method in route.methods}))
    return response


def check_head(head: bytes) -> None:
    """Check a request line and its headers, without the empty line that ends them.

    Raises:
        InvalidUsage: they aren't strictly HTTP/1.1 or 1.0, or leave doubts on the host or on where the body ends.
    """
    first, *lines = head.split(b"\r\n")
    request = _REQUEST_LINE.fullmatch(first)
    fields = [_FIELD.fullmatch(line) for line in lines]
    if not request or not all(fields):
        raise InvalidUsage("The request's head isn't HTTP.")
    values: dict[bytes, list[bytes]] = {name: [] for name in _VALUES}
    for field in filter(None, fields):
        values.setdefault(field["name"].lower(), []).append(field["value"])
    if not all(pattern.fullmatch(value) for name, pattern in _VALUES.items() for value in values[name]):
        raise InvalidUsage("The host, or the length of the body, can't be read.")
    hosts, lengths, codings = (len(values[name]) for name in _VALUES)
    is_old = request["version"] == b"1.0"
    if hosts > 1 or lengths + codings > 1 or (is_old and codings) or not (is_old or hosts):
        raise InvalidUsage("A request has one host, and one length or chunks.")


class StrictHttp(Http):
    """Sanic's reader of a connection, with three differences.

    Chunks are checked, a broken address gets a reply, and a request has to be there, whole, after `REQUEST_TIMEOUT`.
    """

    expecting_continue: bool

    def init_for_request(self) -> None:
        """Forget the last request, and give the next one its time."""
        super().init_for_request()
        self._receive_more = _InTime(self).receive_more

    async def read(self) -> bytes | None:
        """Return some bytes of the body, None at its end.

        Raises:
            InvalidUsage: the chunks aren't in order. Sanic takes `0xd`, `-5` and `1_3` for sizes, and takes anything
                for the line breaks around chunks (sanic/http.py:491 read).
        """
        if self.request_body == "chunked" and self.request_bytes_left == 0:
            await self._check_chunk_line()
        data: bytes | None = await super().read()
        return data

    async def _check_chunk_line(self) -> None:
        """Wait for the line with a chunk's size, and for the end of the body if this is the last one; check them."""
        if self.expecting_continue:
            self.expecting_continue = False
            await self._send(HTTP_CONTINUE)
        while (end := self.recv_buffer.find(b"\r\n", 2)) < 0:
            if len(self.recv_buffer) > _MOST_BYTES_IN_A_CHUNK_LINE:
                self._refuse_chunks()
            await self._receive_more()
        line = _CHUNK_LINE.fullmatch(self.recv_buffer[: end + 2])
        if not line:
            self._refuse_chunks()
        elif int(line["size"], 16) == 0:
            while len(self.recv_buffer) < end + 4:
                await self._receive_more()
            if self.recv_buffer[end + 2 : end + 4] != b"\r\n":
                self._refuse_chunks()

    def close_after_the_reply(self) -> None:
        """Read nothing more of this connection."""
        self.keep_alive = False
        self.request_body = None  # Otherwise Sanic reads on after its reply (sanic/http.py:170 http1).

    def _refuse_chunks(self) -> None:
        self.close_after_the_reply()
        raise InvalidUsage("The body's chunks aren't in order.")

    def create_empty_request(self) -> None:
        """Make the request that an error reply needs, without its address, which may be what can't be read."""
        self.url = None
        super().create_empty_request()


class _InTime:
    """Waits for what is still missing of a request, until its time is over: that begins with its first byte."""

    def __init__(self, reader: StrictHttp) -> None:
        self._reader = reader
        self._begin()

    def _begin(self) -> None:
        self._due = self._reader.protocol.loop.time() + self._reader.protocol.request_timeout

    async def receive_more(self) -> None:
        """Wait for more bytes.

        Raises:
            RequestTimeout: the time is over. For Sanic it begins again with each byte
                (sanic/server/protocols/http_protocol.py:249 data_received), so that one a minute holds a connection.
        """
        protocol = self._reader.protocol
        if self._reader.stage is Stage.IDLE:  # How long a connection may wait for a request, Sanic sees to.
            await protocol.receive_more()
            self._begin()
            return
        # Not asyncio.wait_for: that begins to wait a moment later, and what comes in between is missed.
        alarm = protocol.loop.call_at(self._due, protocol._data_received.set)
        await protocol.receive_more()
        alarm.cancel()
        if protocol.loop.time() >= self._due:
            self._reader.close_after_the_reply()
            raise RequestTimeout("The request takes too long.")
