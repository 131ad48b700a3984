"""Somebody in danger gets words, whatever else is broken."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from rasa.core.agent import Agent
from rasa.core.channels import channel as rasa_channels
from sanic import Sanic

import bot.channels.web.channel
import bot.danger.last_words
from bot.channels.web.channel import WebChannel
from bot.conversation.limits import Limits
from bot.danger.last_words import BUILT_IN_TEXT, emergency_reply
from bot.privacy.store import ForgetfulTrackerStore
from tests.support.server import free_port

URGENT = "my friend took heroin and is not breathing"
AT_ONCE = 30


class Broken:
    """An agent that fails in one way, where Rasa's stands."""

    tracker_store = ForgetfulTrackerStore()

    def __init__(self, how: str) -> None:
        self.how = how

    async def handle_message(self, message) -> None:
        if self.how == "raises":
            raise RuntimeError(message.text)
        if self.how == "hangs":
            await asyncio.sleep(60)


@pytest.fixture(scope="module")
def channel():
    """The web channel on a server of its own; the agent behind it can be set."""
    app, port, loop = Sanic("emergency", configure_logging=False), free_port(), asyncio.new_event_loop()
    web = WebChannel(emergency=emergency_reply, limits=Limits(per_minute=1))
    rasa_channels.register([web], app, route="/")

    async def start() -> None:
        server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()

    loop.run_until_complete(start())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    yield app, f"http://127.0.0.1:{port}/chat/message"
    loop.call_soon_threadsafe(loop.stop)


def post(channel, agent, body: dict) -> httpx.Response:
    app, url = channel
    app.ctx.agent = agent
    return httpx.post(url, json=body, timeout=30)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(bot.channels.web.channel, "_SECONDS_FOR_A_REPLY", 0.2)


FAILURES = {"there is no model": Agent(), **{how: Broken(how) for how in ("raises", "hangs", "is silent")}}


@pytest.mark.parametrize("agent", FAILURES.values(), ids=FAILURES)
def test_an_urgent_message_is_answered_when_rasa(channel, agent):
    response = post(channel, agent, {"text": URGENT})
    assert (response.status_code, response.json()["replies"][0]["answer"]) == (200, "urgent/overdose")


@pytest.mark.parametrize("agent", FAILURES.values(), ids=FAILURES)
def test_any_other_message_gets_an_honest_error_when_rasa(channel, agent):
    assert post(channel, agent, {"text": "what is drug checking"}).json()["error"] in ("failed", "timeout", "no_reply")


def test_an_urgent_message_that_is_too_long_is_answered(channel):
    response = post(channel, Broken("raises"), {"text": "i dont know where to begin " * 60 + URGENT})
    assert response.json()["replies"][0]["kind"] == "urgent"


def test_an_urgent_message_above_the_limit_of_messages_is_answered(channel):
    body = {"text": URGENT, "conversation": "0" * 32}
    responses = [post(channel, Broken("raises"), body) for _ in range(3)]
    assert [response.json()["replies"][0]["kind"] for response in responses] == ["urgent"] * 3


def test_the_built_in_text_is_said_when_the_answers_are_broken(monkeypatch):
    def broken() -> None:
        raise OSError("no answers")

    monkeypatch.setattr(bot.danger.last_words, "library", broken)
    assert emergency_reply(URGENT)["text"] == BUILT_IN_TEXT


def test_nothing_is_an_emergency_that_the_rules_do_not_know():
    assert emergency_reply("what is drug checking") is None


def test_under_load_nobody_in_danger_waits_much_longer_than_the_others(server):
    def seconds(_: int) -> list[float]:
        with httpx.Client() as page:
            return [_seconds_to_reply(page, server) for _ in range(3)]

    with ThreadPoolExecutor(AT_ONCE) as people:
        took = sorted(one for person in people.map(seconds, range(AT_ONCE)) for one in person)
    assert took[-1] <= 4 * took[len(took) // 2]


def _seconds_to_reply(page: httpx.Client, server) -> float:
    started = time.monotonic()
    (reply,) = page.post(f"{server.url}/chat/message", json={"text": URGENT}, timeout=30).json()["replies"]
    assert reply["kind"] == "urgent"
    return time.monotonic() - started
