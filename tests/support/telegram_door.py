"""Telegram's door in this process, against a Telegram of its own, with something simple in Rasa's place."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import threading
from collections.abc import Callable, Iterator

from pydantic import SecretStr

from bot.channels.telegram import TelegramChannel
from bot.content.library import Library
from bot.conversation.assistant import Assistant
from tests.support import eventually
from tests.support.telegram_api import TOKEN, TelegramApi


@contextlib.contextmanager
def telegram_door(assistant: Assistant, say: Callable[[str], None] = print) -> Iterator[TelegramApi]:
    """Answer people in Telegram while the block runs; return Telegram's side."""
    api, loop = TelegramApi().start(), asyncio.new_event_loop()
    channel = TelegramChannel(assistant, SecretStr(TOKEN), Library(), api.url, say=say)
    work = loop.create_task(channel.run())
    thread = threading.Thread(target=_run, args=(loop, work), daemon=True)
    thread.start()
    eventually(lambda: api.called("getUpdates"))
    try:
        yield api
    finally:
        with contextlib.suppress(RuntimeError):  # It may have ended by itself.
            loop.call_soon_threadsafe(work.cancel)
        thread.join(20)
        api.stop()


@contextlib.contextmanager
def killed_door(assistant: Assistant, api_url: str) -> Iterator[None]:
    """Answer people in another process while the block runs, and then kill that."""
    channel = TelegramChannel(assistant, SecretStr(TOKEN), Library(), api_url)
    process = multiprocessing.get_context("fork").Process(target=lambda: asyncio.run(channel.run()), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _run(loop: asyncio.AbstractEventLoop, work: asyncio.Task[None]) -> None:
    asyncio.set_event_loop(loop)
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(work)
    loop.close()
