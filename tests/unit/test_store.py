"""Conversations are forgotten: by themselves, on time, and at once when asked."""

from __future__ import annotations

import asyncio
import gc

import pytest
import redis
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered

from bot.privacy import pseudonyms
from bot.privacy.impatient_redis import connect
from bot.privacy.store import (
    SECONDS_ERASED,
    ForgetfulRedisTrackerStore,
    ForgetfulTrackerStore,
    ForgettingStore,
    NeverForgets,
    forget_conversation,
    forgetting_store,
)

SECOND = 1 / 60


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.server)])
def store(request):
    """Makes a store of each kind."""
    if request.param == "memory":
        return lambda **settings: ForgetfulTrackerStore(Domain.empty(), **settings)
    url = request.getfixturevalue("redis_url")
    redis.Redis.from_url(url).flushall()
    return lambda **settings: ForgetfulRedisTrackerStore(connect(url), Domain.empty(), **settings)


async def said(store: ForgettingStore, text: str = "hello") -> None:
    tracker = await store.get_or_create_tracker("somebody")
    tracker.update(UserUttered(text))
    tracker.update(ActionExecuted("action_listen"))
    await store.save(tracker)


async def texts(store: ForgettingStore) -> list[str]:
    tracker = await store.retrieve("somebody")
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def test_a_conversation_is_kept(store):
    kept = store()
    await said(kept)
    assert await texts(kept) == ["hello"]


async def test_a_conversation_in_memory_is_one_object_however_long_it_is():
    gc.collect()  # What other tests left: if it went later, its warnings would hold on to frames of this one.
    kept = ForgetfulTrackerStore(Domain.empty(), most_turns=20)
    for _ in range(20):
        await said(kept, "hello " * 20)
    gc.collect()
    assert not [found for found in gc.get_objects() if isinstance(found, UserUttered) and found.text == "hello " * 20]


async def test_it_is_gone_after_its_lifetime_though_the_talk_goes_on(store):
    kept = store(lifetime_minutes=0.5 * SECOND)
    for _ in range(4):
        await said(kept)
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.15)
    assert await kept.keys() == []


async def test_it_is_gone_when_nothing_is_said(store):
    kept = store(idle_minutes=0.2 * SECOND)
    await said(kept)
    await asyncio.sleep(0.3)
    assert await kept.keys() == []


async def test_a_message_at_work_does_not_bring_it_back(store):
    kept = store(lifetime_minutes=0.2 * SECOND)
    tracker = await kept.get_or_create_tracker("somebody")
    await asyncio.sleep(0.3)
    await kept.save(tracker)
    assert await kept.keys() == []


async def test_it_does_not_outlive_the_days_key(store, monkeypatch):
    monkeypatch.setattr(pseudonyms.DailyKey, "seconds_left", staticmethod(lambda: 0.2))
    kept = store()
    await said(kept)
    await asyncio.sleep(0.3)
    assert await kept.keys() == []


async def test_it_is_gone_at_once_when_asked(store):
    kept = store()
    await said(kept)
    agent = Agent(tracker_store=kept)
    await forget_conversation(agent, "somebody")
    assert await kept.retrieve("somebody") is None


async def test_a_message_at_work_does_not_bring_an_erased_one_back(store):
    kept = store()
    await said(kept)
    tracker = await kept.retrieve("somebody")
    await kept.erase("somebody")
    await kept.save(tracker)
    assert await kept.keys() == []


async def test_a_message_that_comes_after_erasing_is_not_kept(store):
    kept = store()
    await kept.erase("somebody")
    await said(kept)
    assert await kept.keys() == []


async def test_after_a_while_an_erased_name_is_free_again(store, monkeypatch):
    monkeypatch.setattr("bot.privacy.store.SECONDS_ERASED", 1)
    kept = store()
    await kept.erase("somebody")
    assert await kept.was_erased("somebody")
    await asyncio.sleep(1.1)
    await said(kept)
    assert await kept.keys() == ["somebody"]


async def test_a_forgotten_conversation_may_go_on(store):
    kept = store()
    await said(kept)
    await kept.forget("somebody")
    await said(kept, "hello again")
    assert await texts(kept) == ["hello again"]


async def test_erasing_at_one_process_holds_at_another(redis_url):
    redis.Redis.from_url(redis_url).flushall()
    here, there = (ForgetfulRedisTrackerStore(connect(redis_url), Domain.empty()) for _ in range(2))
    await there.erase("somebody")
    await said(here)
    assert await here.keys() == []


async def test_the_names_of_erased_conversations_do_not_pile_up():
    clock = [0.0]
    kept = ForgetfulTrackerStore(Domain.empty(), clock=lambda: clock[0])
    for number in range(100):
        await kept.erase(f"conversation {number}")
        clock[0] += SECONDS_ERASED / 4
    assert len(kept._erased_until) == 4


async def test_only_the_last_turns_are_kept(store):
    kept = store(most_turns=3)
    for number in range(9):
        await said(kept, f"message {number}")
    assert await texts(kept) == ["message 6", "message 7", "message 8"]


async def test_no_more_than_twenty_turns_are_kept(store):
    kept = store(most_turns=100)
    for number in range(25):
        await said(kept, f"message {number}")
    assert len(await texts(kept)) == 20


async def test_redis_holds_no_words(redis_url):
    kept = ForgetfulRedisTrackerStore(connect(redis_url), Domain.empty())
    await said(kept, "hello")
    assert b"hello" not in redis.Redis.from_url(redis_url).get("conversation:somebody")


async def test_every_key_in_redis_expires(redis_url):
    server = redis.Redis.from_url(redis_url)
    await said(ForgetfulRedisTrackerStore(connect(redis_url), Domain.empty()))
    assert all(0 < server.ttl(key) <= 600 for key in server.scan_iter())


async def test_another_days_key_opens_nothing(redis_url, monkeypatch):
    kept = ForgetfulRedisTrackerStore(connect(redis_url), Domain.empty())
    await said(kept)
    monkeypatch.setattr(pseudonyms, "_key", pseudonyms.DailyKey())
    assert await kept.retrieve("somebody") is None


async def test_saving_never_raises():
    kept = ForgetfulRedisTrackerStore(connect("redis://127.0.0.1:1"), Domain.empty())
    await said(kept)
    agent = Agent(tracker_store=kept)
    tracker = await agent.tracker_store.get_or_create_tracker("somebody")
    await agent.tracker_store.save(tracker)
    assert list(await agent.tracker_store.fallback_tracker_store.keys()) == []


def test_a_store_that_never_forgets_is_refused():
    with pytest.raises(NeverForgets, match="InMemoryTrackerStore, which never forgets"):
        forgetting_store(Agent())


def test_the_store_of_endpoints_yml_is_the_one_that_forgets():
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    assert isinstance(TrackerStore.create(endpoints.tracker_store), ForgetfulTrackerStore)
