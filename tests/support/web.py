"""The real web channel over real HTTP, with something simple in Rasa's place. No model is needed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from sanic import Sanic
from sanic.touchup.service import TouchUp

from bot.channels.web.channel import WebChannel
from bot.conversation.assistant import Assistant
from tests.support.server import free_port

_rewrite = TouchUp.run


def _rewrite_once(app: Sanic) -> None:
    """Sanic rewrites its own methods when a server starts, and fails if that has been done in this process."""
    with contextlib.suppress(KeyError):
        _rewrite(app)


TouchUp.run = _rewrite_once


@dataclass
class Web:
    """Where the channel answers; the assistant behind it."""

    url: str
    assistant: Assistant

    def ask(self, text: str = "hello", **body: object) -> httpx.Response:
        return httpx.post(f"{self.url}/message", json={"text": text, **body}, timeout=30)

    def forget(self, **body: object) -> httpx.Response:
        return httpx.post(f"{self.url}/forget", json=body, timeout=30)


@contextlib.contextmanager
def web(assistant: Assistant) -> Iterator[Web]:
    """Serve the channel while the block runs."""
    app, port, loop = Sanic(f"web_{free_port()}", configure_logging=False), free_port(), asyncio.new_event_loop()
    app.blueprint(WebChannel(assistant).blueprint(None), url_prefix="/chat")

    async def start():
        server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()
        return server

    server = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield Web(f"http://127.0.0.1:{port}/chat", assistant)
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
