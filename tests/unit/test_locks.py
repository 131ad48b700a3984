"""One message of a conversation at a time, in all processes, whatever becomes of a process or of Redis."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import pytest
import redis

from bot.privacy import impatient_redis, locks
from bot.privacy.impatient_redis import SECONDS_TO_ANSWER, ImpatientRedis, connect
from bot.privacy.locks import SECONDS_UNTIL_A_LOCK_EXPIRES, ForgetfulLockStore, RedisKeeps, check_redis
from tests.support.cores import FORK
from tests.support.redis_server import RedisServer, running_redis

NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture
def own_redis(tmp_path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


async def hold(store: ForgetfulLockStore, seconds: float, held: list[str]) -> None:
    """Hold the lock of one conversation, and note when it begins and ends."""
    async with store.lock("somebody"):
        held.append("begins")
        await asyncio.sleep(seconds)
        held.append("ends")


def one_at_a_time(held: list[str]) -> bool:
    return held == ["begins", "ends"] * (len(held) // 2)


async def seconds_to_lock(store: ForgetfulLockStore) -> float:
    start = time.monotonic()
    async with store.lock("somebody"):
        return time.monotonic() - start


# ---- Locks


def test_processes_that_take_turns_lose_none(redis_url):
    """Each adds one to a number by reading it, then writing it: two at once would write the same."""
    server = redis.Redis.from_url(redis_url)
    server.set("turns", 0)

    async def take_turns() -> None:
        store = ForgetfulLockStore(connect(redis_url))
        for _ in range(20):
            async with store.lock("somebody", wait_time_in_seconds=0.001):
                turns = int(server.get("turns"))
                await asyncio.sleep(0.002)
                server.set("turns", turns + 1)

    processes = [FORK.Process(target=lambda: asyncio.run(take_turns())) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert int(server.get("turns")) == 60


async def test_another_conversation_need_not_wait(redis_url):
    store = ForgetfulLockStore(connect(redis_url))
    async with store.lock("somebody else"):
        assert await seconds_to_lock(store) < 1


async def test_a_lock_is_held_for_as_long_as_it_takes(redis_url, monkeypatch):
    monkeypatch.setattr(locks, "SECONDS_UNTIL_A_LOCK_EXPIRES", 0.3)
    stores, held = [ForgetfulLockStore(connect(redis_url)) for _ in range(2)], []
    await asyncio.gather(*(hold(store, 1, held) for store in stores))
    assert one_at_a_time(held)


async def test_a_lock_is_free_again_after_an_error(redis_url):
    store = ForgetfulLockStore(connect(redis_url))
    with pytest.raises(ZeroDivisionError):
        async with store.lock("somebody"):
            raise ZeroDivisionError
    assert await seconds_to_lock(ForgetfulLockStore(connect(redis_url))) < 1


async def test_a_lock_is_free_again_when_its_message_is_given_up(redis_url):
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(hold(ForgetfulLockStore(connect(redis_url)), 60, []), 0.1)
    assert await seconds_to_lock(ForgetfulLockStore(connect(redis_url))) < 1


async def test_a_lock_that_a_killed_process_left_is_free_within_seconds(redis_url):
    ready = FORK.Event()

    async def take_and_stay() -> None:
        async with ForgetfulLockStore(connect(redis_url)).lock("somebody"):
            ready.set()
            await asyncio.sleep(60)

    process = FORK.Process(target=lambda: asyncio.run(take_and_stay()), daemon=True)
    process.start()
    assert await asyncio.to_thread(ready.wait, 10)
    os.kill(process.pid, signal.SIGKILL)
    assert await seconds_to_lock(ForgetfulLockStore(connect(redis_url))) < SECONDS_UNTIL_A_LOCK_EXPIRES + 1


# ---- A Redis that fails


async def test_without_redis_a_lock_is_had_at_once():
    assert await seconds_to_lock(ForgetfulLockStore(connect(NOWHERE))) < 1


async def test_without_redis_messages_of_a_conversation_still_wait_for_each_other():
    store, held = ForgetfulLockStore(connect(NOWHERE)), []
    await asyncio.gather(*(hold(store, 0.01, held) for _ in range(5)))
    assert len(held) == 10
    assert one_at_a_time(held)


async def test_others_go_on_while_one_waits_for_a_redis_that_hangs(own_redis):
    own_redis.hang()
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            start = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - start)

    ticking = asyncio.ensure_future(tick())
    await seconds_to_lock(ForgetfulLockStore(connect(own_redis.url)))
    ticking.cancel()
    assert 0 < longest < 1


async def test_a_redis_that_hangs_is_waited_for_once(own_redis):
    store = ForgetfulLockStore(connect(own_redis.url))
    await seconds_to_lock(store)
    own_redis.hang()
    assert await seconds_to_lock(store) < SECONDS_TO_ANSWER + 1
    assert [await seconds_to_lock(store) < 0.1 for _ in range(3)] == [True] * 3


@pytest.fixture
async def failed(own_redis, monkeypatch) -> ImpatientRedis:
    """A client of a Redis that hangs, at the moment in which it may be asked again."""
    monkeypatch.setattr(impatient_redis, "SECONDS_TO_ANSWER", 0.3)
    monkeypatch.setattr(impatient_redis, "SECONDS_UNTIL_ASKED_AGAIN", 0.1)
    client = connect(own_redis.url)
    own_redis.hang()
    with pytest.raises(redis.TimeoutError):
        await client.ping()
    await asyncio.sleep(0.1)
    return client


async def test_a_redis_that_still_hangs_is_asked_by_one_at_a_time(failed):
    one, other = await asyncio.gather(failed.ping(), failed.ping(), return_exceptions=True)
    assert isinstance(one, redis.TimeoutError)
    assert isinstance(other, redis.ConnectionError)


async def test_a_redis_that_is_back_is_used_again(own_redis, failed):
    own_redis.go_on()
    assert [await failed.ping() for _ in range(2)] == [True, True]


# ---- A Redis that writes


def test_a_redis_that_writes_to_disk_is_refused(redis_url):
    server = redis.Redis.from_url(redis_url)
    server.config_set("save", "60 1")
    try:
        with pytest.raises(RedisKeeps, match="writes to disk"):
            check_redis(redis_url)
    finally:
        server.config_set("save", "")


def test_a_redis_that_writes_nothing_is_accepted(redis_url):
    check_redis(redis_url)


@pytest.mark.parametrize("url", ["foo", "redis://127.0.0.1:port", NOWHERE])
def test_an_address_that_leads_nowhere_is_refused_in_a_sentence(url):
    with pytest.raises(RedisKeeps, match="Check the address and password in REDIS_URL"):
        check_redis(url)
