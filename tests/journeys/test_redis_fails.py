"""Two processes share a Redis: erasing holds at both, and people are answered in time while Redis hangs."""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
import redis

from bot.privacy.impatient_redis import SECONDS_UNTIL_ASKED_AGAIN
from tests.support.canaries import new_secret
from tests.support.redis_server import RedisServer, running_redis
from tests.support.server import Server, start_server, stop_server

DANGER = "he is not breathing and his lips are blue"
SECONDS_AT_FIRST = 3
SECONDS_AFTERWARDS = 1.5


@dataclass
class Timed:
    """A reply and how long it took."""

    reply: dict
    seconds: float

    @property
    def answer(self) -> str:
        return self.reply["replies"][0].get("answer", "")

    @property
    def kind(self) -> str:
        return self.reply["replies"][0]["kind"]


def timed(server: Server, text: str, conversation: str | None = None) -> Timed:
    start = time.monotonic()
    reply = server.ask(text, conversation)
    return Timed(reply, time.monotonic() - start)


@dataclass
class Pair:
    """Two processes, and the Redis that they share."""

    here: Server
    there: Server
    redis: RedisServer

    def kept(self) -> list[bytes]:
        return list(redis.Redis.from_url(self.redis.url).scan_iter("conversation:*"))


@pytest.fixture(scope="module")
def pair(model, tmp_path_factory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    with running_redis(folder) as shared, ThreadPoolExecutor() as pool:
        settings = {"REDIS_URL": shared.url, "PSEUDONYM_KEY": new_secret()}
        starting = [pool.submit(start_server, folder / f"{number}.txt", **settings) for number in range(2)]
        here, there = (start.result() for start in starting)
        yield Pair(here, there, shared)
        for server in (here, there):
            stop_server(server)


@pytest.fixture
def only_this(pair) -> Pair:
    """The pair, with no conversation kept."""
    redis.Redis.from_url(pair.redis.url).flushall()
    return pair


def test_what_is_erased_at_one_process_is_not_brought_back_by_another_at_work(only_this):
    key = only_this.here.ask("what is drug checking?")["conversation"]
    with ThreadPoolExecutor() as pool:
        at_work = [pool.submit(only_this.here.ask, "is it legal", key) for _ in range(8)]
        erase(only_this.there, conversation=key)
        assert all(message.result()["replies"] for message in at_work)
    assert only_this.kept() == []


def test_a_conversation_is_erased_at_any_process_by_the_message_that_began_it(only_this):
    send = secrets.token_hex(16)
    only_this.here.ask("what is drug checking?", id=send)
    erase(only_this.there, id=send)
    assert only_this.kept() == []


def erase(server: Server, **what: str) -> None:
    assert httpx.post(f"{server.url}/chat/forget", json=what, timeout=30).status_code == 200


@dataclass
class Outage:
    """What two processes that share a Redis said before it hung, meanwhile and after it."""

    before: Timed
    at_first: Timed
    page_seconds: float
    afterwards: list[Timed]
    back: Timed


@pytest.fixture(scope="module")
def outage(pair) -> Callable[[], Outage]:
    """Let Redis hang, once: when a test asks for it, and is alone."""
    return functools.cache(lambda: _outage(pair))


def _outage(pair: Pair) -> Outage:
    here, there = pair.here, pair.there
    with ThreadPoolExecutor() as pool:
        key = here.ask("what is drug checking?")["conversation"]
        before = timed(there, "is it legal", key)
        pair.redis.hang()
        at_first = pool.submit(timed, here, DANGER, key)
        page = pool.submit(httpx.get, f"{here.url}/about", timeout=30).result()
        afterwards = [timed(here, text) for text in (DANGER, "what is drug checking?", DANGER)]
        first = at_first.result()
        pair.redis.go_on()
        time.sleep(SECONDS_UNTIL_ASKED_AGAIN)
        key = here.ask("what is drug checking?")["conversation"]
        return Outage(before, first, page.elapsed.total_seconds(), afterwards, timed(there, "is it legal", key))


@pytest.mark.alone
def test_a_conversation_goes_on_at_another_process(outage):
    assert outage().before.answer == "service/drug_checking#law"


@pytest.mark.alone
def test_the_first_in_danger_is_answered_in_time(outage):
    assert outage().at_first.kind == "urgent"
    assert outage().at_first.seconds < SECONDS_AT_FIRST


@pytest.mark.alone
def test_pages_come_at_once(outage):
    assert outage().page_seconds < 1


@pytest.mark.alone
def test_the_next_ones_are_answered_quickly(outage):
    assert [said.kind for said in outage().afterwards] == ["urgent", "answer", "urgent"]
    # The first of them may have come while Redis was still waited for.
    assert max(said.seconds for said in outage().afterwards[1:]) < SECONDS_AFTERWARDS


@pytest.mark.alone
def test_when_redis_is_back_a_conversation_goes_on_at_another_process(outage):
    assert outage().back.answer == "service/drug_checking#law"
