"""What isn't strictly HTTP is refused at once: no request stops the server, none is taken for two."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support import ROOT
from tests.support.server import free_port, wait_until_it_listens

SECONDS = 5
SECONDS_TO_COME = 2  # As in tests/support/strict_app.py.
SECONDS_AT_MOST = 3 * SECONDS_TO_COME
NEXT = b"GET /about HTTP/1.1\r\nHost: x\r\n\r\n"
SECRET = b"my-secret-words"


@dataclass
class Small:
    """A running tests/support/strict_app.py."""

    port: int
    process: subprocess.Popen[bytes]
    output: Path

    def sent(self, request: bytes) -> bytes:
        return sent(self.port, request)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Iterator[Small]:
    port, output = free_port(), tmp_path_factory.mktemp("small") / "output.txt"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.strict_app", str(port)],
        cwd=ROOT, stdout=output.open("wb"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    wait_until_it_listens(port, process)
    yield Small(port, process, output)
    process.kill()
    process.wait()


def sent(port: int, request: bytes) -> bytes:
    """Send bytes, and return all that comes back until the server closes or says nothing for a while."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while data := connection.recv(65_536):
            received += data
        return received


def post(*headers: bytes, body: bytes = b"", host: bytes = b"Host: x") -> bytes:
    return b"\r\n".join([b"POST /length HTTP/1.1", host, *headers, b"", body])


def chunked(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked", body=body)


GOOD = {
    "a length": (post(b"Content-Length: 5", body=b"hello"), b"5"),
    "a length of nothing": (post(b"Content-Length: 0"), b"0"),
    "chunks": (chunked(b"5\r\nhello\r\n00a\r\n0123456789\r\n0\r\n\r\n"), b"15"),
    "a chunk with an extension": (chunked(b"5;a=b\r\nhello\r\n0\r\n\r\n"), b"5"),
    "a header that isn't ASCII": (post("User-Agent: é".encode("latin-1"), b"Content-Length: 1", body=b"x"), b"1"),
    "HTTP/1.0 without a host": (b"POST /length HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", b"1"),
}
BAD = {
    "a negative length": post(b"Content-Length: -5", body=b"hello"),
    "a length with a plus": post(b"Content-Length: +5", body=b"hello"),
    "a length with an underscore": post(b"Content-Length: 1_3", body=b"0123456789012"),
    "a length in words": post(b"Content-Length: abc", body=b"hello"),
    "an empty length": post(b"Content-Length:", body=b"hello"),
    "a length without end": post(b"Content-Length: " + b"9" * 5000, body=b"hello"),
    "two lengths": post(b"Content-Length: 5", b"Content-Length: 6", body=b"hello!"),
    "two lengths in one": post(b"Content-Length: 5, 6", body=b"hello!"),
    "a length and chunks": post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + NEXT),
    "chunks, then a length": post(b"Transfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n" + NEXT),
    "another coding": post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "two codings": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "chunks in HTTP/1.0": chunked(b"0\r\n\r\n").replace(b"1.1", b"1.0"),
    "a space before the colon": post(b"Content-Length : 5", body=b"hello"),
    "a folded header": post(b"X: a", b" b", b"Content-Length: 0"),
    "a header without a colon": post(b"Content-Length", body=b"hello"),
    "a bare line feed": post(b"X: a\nContent-Length: 5", body=b"hello"),
    "a zero byte": post(b"X: a\0b", b"Content-Length: 0"),
    "a host that isn't text": post(b"Content-Length: 0", host=b"Host: \xff\xfe"),
    "two hosts": post(b"Content-Length: 0", host=b"Host: x\r\nHost: y"),
    "no host": NEXT.replace(b"Host: x\r\n", b""),
    "an address that isn't text": NEXT.replace(b"/about", b"/\xff"),
    "an address with another host": NEXT.replace(b"/about", b"http://y/about"),
    "an address without end": NEXT.replace(b"/about", b"http://[::1/"),
    "another version": NEXT.replace(b"1.1", b"2.0"),
}
BAD_CHUNKS = {
    "a size with 0x": b"0xd\r\n0123456789012\r\n0\r\n\r\n",
    "a negative size": b"-5\r\nhello\r\n0\r\n\r\n",
    "a size with a plus": b"+5\r\nhello\r\n0\r\n\r\n",
    "a size with an underscore": b"1_3\r\n0123456789012345678\r\n0\r\n\r\n",
    "a size with a space": b" 5\r\nhello\r\n0\r\n\r\n",
    "no size": b"\r\nhello\r\n0\r\n\r\n",
    "a line without end": b"5;" + b"a" * 100,
    "a chunk longer than its size": b"3\r\nhello\r\n0\r\n\r\n",
    "words after the last chunk": b"0\r\nX: y\r\n\r\n" + NEXT,
}
REFUSED = {**BAD, **{name: chunked(body) for name, body in BAD_CHUNKS.items()}}


@pytest.mark.parametrize(("request_", "length"), GOOD.values(), ids=GOOD)
def test_what_is_http_is_answered(small, request_, length):
    assert small.sent(request_).partition(b"\r\n\r\n")[2] == length


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED)
def test_what_is_not_strictly_http_gets_400_once_and_a_closed_connection(small, bad):
    received = small.sent(bad + NEXT)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in received
    assert received.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("bad", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
def test_bad_chunks_that_nobody_reads_end_the_connection(small, bad):
    request = chunked(bad).replace(b"/length", b"/nowhere")
    assert small.sent(request + NEXT).count(b"HTTP/1.1 ") == 1


def test_chunks_may_come_byte_by_byte(small):
    with socket.create_connection(("127.0.0.1", small.port), timeout=SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in chunked(b"5\r\nhello\r\n0\r\n\r\n"):
            connection.sendall(bytes([byte]))
        assert connection.recv(65_536).endswith(b"\r\n\r\n5")


def test_who_asks_first_may_send_chunks(small):
    asks, body = post(b"Transfer-Encoding: chunked", b"Expect: 100-continue"), b"5\r\nhello\r\n0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", small.port), timeout=SECONDS) as connection:
        connection.sendall(asks)
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(65_536).endswith(b"\r\n\r\n5")


def test_a_connection_goes_on_after_what_is_http(small):
    assert small.sent(post(b"Content-Length: 5", body=b"hello") + NEXT).count(b" 200 OK") == 2


SLOW = {
    "says nothing": [],
    "stops in the head": [b"POST /length HTTP/1.1\r\nHost: x\r\n"],
    "stops in the body": [post(b"Content-Length: 5", body=b"he")],
    "trickles a head": [b"POST /length HTTP/1.1\r\n", *([b"X: y\r\n"] * 1000)],
    "trickles a body": [post(b"Content-Length: 1000"), *([b"x"] * 1000)],
    "trickles chunks": [chunked(b""), *([b"1\r\nx\r\n"] * 1000)],
    "trickles a chunk": [chunked(b"3e8\r\n"), *([b"x"] * 1000)],
    "trickles a second request": [NEXT, *([b"G"] * 1000)],
}


async def seconds_until_closed(port: int, pieces: list[bytes]) -> float:
    """Send a piece now and then, as long as the server listens."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    started, end = time.monotonic(), asyncio.ensure_future(reader.read())
    for piece in pieces:
        with contextlib.suppress(ConnectionError):
            writer.write(piece)
            await writer.drain()
        if end in (await asyncio.wait([end], timeout=0.1))[0]:
            break
    with contextlib.suppress(ConnectionError):
        await asyncio.wait_for(end, SECONDS_AT_MOST)
    writer.close()
    return time.monotonic() - started


async def test_whoever_is_slow_is_hung_up_on_and_holds_up_nobody(small):
    slow = [asyncio.ensure_future(seconds_until_closed(small.port, SLOW[name])) for name in [*SLOW] * 20]
    await asyncio.sleep(SECONDS_TO_COME / 2)
    assert (await asyncio.to_thread(small.sent, NEXT)).startswith(b"HTTP/1.1 200 ")
    seconds = await asyncio.gather(*slow)
    late = {name for name, taken in zip([*SLOW] * 20, seconds, strict=True) if taken > SECONDS_AT_MOST}
    assert late == set()


@pytest.mark.parametrize("size", [b"Content-Length: 300000", b"Content-Length: 999999999999999"])
def test_a_body_that_is_too_large_is_not_waited_for(small, size):
    assert small.sent(post(size, body=b"x" * 100)).startswith(b"HTTP/1.1 413 ")


def test_chunks_without_end_are_refused(small):
    endless = chunked((b"fff\r\n" + b"x" * 4095 + b"\r\n") * 100)
    assert small.sent(endless).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(("method", "path", "allowed"), [("TRACE", "about", "GET"), ("GET", "length", "POST")])
def test_what_is_not_allowed_is_told_what_is(small, method, path, allowed):
    reply = small.sent(NEXT.replace(b"GET /about", f"{method} /{path}".encode()))
    assert reply.startswith(b"HTTP/1.1 405 ")
    assert f"allow: {allowed}\r\n".encode() in reply


def test_nothing_of_a_refused_request_is_printed(small):
    before = small.output.stat().st_size
    for bad in REFUSED.values():
        small.sent(bad.replace(b"\r\n\r\n", b"\r\nX-Words: " + SECRET + b"\r\n\r\n", 1))
    assert small.output.read_bytes()[before:] == b""


def test_after_all_that_it_answers_and_stops_when_asked(small):
    for bad in REFUSED.values():
        small.sent(bad)
    assert small.sent(NEXT).startswith(b"HTTP/1.1 200 ")
    with socket.create_connection(("127.0.0.1", small.port)) as kept:
        kept.sendall(NEXT)
        assert b"connection: keep-alive\r\n" in kept.recv(4096)
        small.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        kept.sendall(NEXT)
        last = b"".join(iter(lambda: kept.recv(4096), b""))
    assert last.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close\r\n" in last
    assert small.process.wait(timeout=SECONDS) == 0


def test_the_assistant_reads_strictly(server):
    port = int(server.url.rpartition(":")[2])
    assert sent(port, post(b"Content-Length: +5", body=b"hello")).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("page", ["/", "/about", "/privacy", "/embed", "/widget.js", "/style.css", "/health", "/ready"])
def test_a_page_can_be_asked_for_without_its_words(server, page):
    head = httpx.head(server.url + page)
    assert (head.status_code, head.content) == (200, b"")


def test_the_assistant_takes_in_as_many_as_the_system_allows(server):
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    soft, hard = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(soft) >= min(65_536, int(hard))
