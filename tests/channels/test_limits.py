"""How much may be asked: by one conversation, from one address, by all at once; danger always gets through."""

from __future__ import annotations

import asyncio
import contextlib
import time

import httpx
import pytest
from rasa.core.agent import Agent
from sanic import Sanic
from sanic.touchup.service import TouchUp

from bot.channels.web.channel import WebChannel
from bot.conversation.limits import Full, Limits, TooMany, _network
from bot.privacy.store import ForgetfulTrackerStore
from tests.support.server import free_port

LONG = "word " * 400


@pytest.fixture(autouse=True)
def several_servers(monkeypatch):
    """Sanic rewrites its own methods when a server starts, and fails if that has been done in this process."""
    rewrite = TouchUp.run

    def rewrite_once(app):
        with contextlib.suppress(KeyError):
            rewrite(app)

    monkeypatch.setattr(TouchUp, "run", rewrite_once)


@contextlib.asynccontextmanager
async def web(limits: Limits, seconds: float = 0):
    """The real channel over real HTTP, with something in Rasa's place that takes so long to say yes."""
    app = Sanic(f"limits_{free_port()}", configure_logging=False)
    app.ctx.agent = Agent(tracker_store=ForgetfulTrackerStore())

    async def answer(message):
        await asyncio.sleep(seconds)
        message.output_channel.replies.append({"kind": "answer", "text": "yes", "buttons": []})

    def emergency(text: str) -> dict | None:
        return {"kind": "urgent", "text": "call", "buttons": []} if "overdose" in text else None

    channel = WebChannel(limits=limits, emergency=emergency)
    app.blueprint(channel.blueprint(answer), url_prefix="/chat")
    port = free_port()
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        yield lambda text="hello", key=None: client.post("/chat/message", json={"text": text, "conversation": key})
    await server.close()


async def test_a_conversation_that_asks_too_much_is_asked_to_wait():
    async with web(Limits(per_minute=2)) as ask:
        key = (await ask()).json()["conversation"]
        answers = [await ask(key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "wait a minute" in answers[1].json()["message"]


async def test_an_address_that_asks_too_much_is_asked_to_wait():
    async with web(Limits(per_minute_and_address=2)) as ask:
        assert [(await ask()).status_code for _ in range(3)] == [200, 200, 429]


async def test_an_urgent_message_is_never_one_too_many():
    async with web(Limits(per_minute_and_address=1)) as ask:
        assert [(await ask("overdose")).status_code for _ in range(3)] == [200, 200, 200]


async def test_an_urgent_message_is_never_too_long():
    async with web(Limits()) as ask:
        assert [(await ask(text)).status_code for text in (LONG, LONG + "overdose")] == [413, 200]


async def test_when_too_many_wait_one_is_asked_to_try_again():
    async with web(Limits(most_waiting=2), seconds=0.5) as ask:
        answers = await asyncio.gather(*(ask() for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503]


async def test_an_urgent_message_comes_in_when_it_is_full():
    async with web(Limits(most_waiting=1), seconds=0.5) as ask:
        answers = await asyncio.gather(ask(), ask("overdose"))
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_answers_carry_security_headers():
    async with web(Limits()) as ask:
        headers = (await ask()).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_place_is_free_again_after_a_failure():
    limits = Limits(most_waiting=1)
    with contextlib.suppress(ZeroDivisionError), limits.place():
        raise ZeroDivisionError
    with limits.place(), pytest.raises(Full), limits.place():
        pass


def test_no_address_is_kept():
    limits = Limits()
    limits.count("somebody", "192.0.2.7")
    assert "192.0.2.7" not in repr(limits._storage.storage)


def test_counts_are_forgotten(monkeypatch):
    limits, now = Limits(), time.time()
    limits.count("somebody", "192.0.2.7")
    monkeypatch.setattr(time, "time", lambda: now + 61)
    limits.count("somebody else")
    time.sleep(0.1)
    assert len(limits._storage.storage) == 1


def test_a_household_of_ipv6_counts_as_one():
    assert _network("2001:db8::1") == _network("2001:db8::ffff") != _network("2001:db8:0:1::1")


def test_too_many_is_said_by_conversation():
    limits = Limits(per_minute=1)
    limits.count("somebody")
    limits.count("somebody else")
    with pytest.raises(TooMany):
        limits.count("somebody")
