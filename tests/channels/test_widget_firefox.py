"""The chat in Debian's Firefox.

Playwright has no way into a Firefox that isn't its own, so these few tests speak the standard that both understand:
WebDriver BiDi, https://www.w3.org/TR/webdriver-bidi/, commands as JSON over a web socket.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest
from websockets.client import WebSocketClientProtocol, connect

from tests.support.chromium import host_page
from tests.support.server import free_port

pytestmark = pytest.mark.skipif(not shutil.which("firefox-esr"), reason="Firefox isn't installed here")
FIELD = "root.querySelector('textarea')"
ENTER, SHIFT, ESCAPE = "\ue007", "\ue008", "\ue00c"


class Firefox:
    """One tab of a running Firefox."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: WebSocketClientProtocol) -> None:
        self._loop, self._socket = loop, socket
        self._numbers = itertools.count(1)
        self.command("session.new", capabilities={})
        self._tab = self.command("browsingContext.create", type="tab")["context"]

    def command(self, method: str, **parameters: object) -> dict:
        order = {"id": next(self._numbers), "method": method, "params": parameters}
        answer = self._loop.run_until_complete(asyncio.wait_for(self._carried_out(order), 30))
        assert answer["type"] == "success", answer
        return answer["result"]

    async def _carried_out(self, order: dict) -> dict:
        await self._socket.send(json.dumps(order))
        while (answer := json.loads(await self._socket.recv())).get("id") != order["id"]:
            pass
        return answer

    def visit(self, url: str, width: int = 1000) -> None:
        self.command("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": 700})
        self.command("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def value(self, expression: str):
        """Return an expression's value; `root` is the widget's shadow root."""
        code = f"(() => {{ const root = document.querySelector('ask-chat')?.shadowRoot; return {expression} }})()"
        result = self.command(
            "script.evaluate", expression=code, target={"context": self._tab}, awaitPromise=True, userActivation=True
        )
        assert result["type"] == "success", result
        return result["result"].get("value")

    def wait_for(self, expression: str) -> None:
        deadline = time.monotonic() + 15
        while not self.value(expression):
            assert time.monotonic() < deadline, f"{expression} never came true"
            time.sleep(0.05)

    def type(self, text: str) -> None:
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        self.command("input.performActions", context=self._tab, actions=actions)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory) -> Iterator[Firefox]:
    port, profile = free_port(), tmp_path_factory.mktemp("firefox")
    process = subprocess.Popen(
        ["firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", str(port)],
        env={**os.environ, "HOME": str(profile)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    loop = asyncio.new_event_loop()
    socket = loop.run_until_complete(connected(f"ws://127.0.0.1:{port}/session"))
    yield Firefox(loop, socket)
    loop.run_until_complete(socket.close())
    loop.close()
    process.terminate()
    process.wait(timeout=30)


async def connected(address: str) -> WebSocketClientProtocol:
    deadline = time.monotonic() + 60
    while True:
        try:
            return await connect(address, max_size=None, ping_interval=None)
        except OSError:
            assert time.monotonic() < deadline, "Firefox didn't start"
            await asyncio.sleep(0.2)


@pytest.fixture
def chat(firefox, server, sites) -> Firefox:
    """A phone-wide page with the chat open, under the strictest policy."""
    policy = f"default-src 'none'; script-src {server.url}; connect-src {server.url}"
    tag = f'<script src="{server.url}/widget.js" data-exit="{sites.neutral}" defer></script>'
    sites.pages["/firefox"] = host_page(tag), {"content-security-policy": policy}
    firefox.visit(f"{sites.host}/elsewhere", width=400)
    firefox.visit(f"{sites.host}/firefox", width=400)
    firefox.value("root.querySelector('.launcher').click()")
    firefox.value(f"{FIELD}.focus()")
    return firefox


def test_a_conversation_works(chat):
    chat.type(f"what is drug checking?{ENTER}")
    chat.wait_for("root.querySelectorAll('.bubble')[2]?.textContent.includes('Drug checking is a service')")


def test_escape_closes_the_chat_and_gives_the_focus_back(chat):
    chat.type(ESCAPE)
    chat.wait_for("!root.querySelector('dialog').open")
    assert chat.value("root.activeElement.className") == "launcher"


def test_shift_three_times_leaves(chat, sites):
    chat.type(SHIFT * 3)
    chat.wait_for(f"location.href === '{sites.neutral}'")
    assert chat.value("document.referrer") == ""


def test_nothing_is_stored(chat):
    chat.type(f"hello{ENTER}")
    chat.wait_for("root.querySelectorAll('.bubble')[2]")
    assert chat.value("document.cookie + localStorage.length + sessionStorage.length") == "00"


def test_the_way_out_is_in_sight(chat):
    assert chat.value("root.querySelector('.panel .leave').getBoundingClientRect().top >= 0")


def test_the_field_grows(chat):
    before = chat.value(f"{FIELD}.clientHeight")
    chat.type("one" + " word" * 40)
    assert chat.value(f"{FIELD}.clientHeight") > before
