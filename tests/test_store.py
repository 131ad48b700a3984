"""Conversations are forgotten: by themselves, on time, and at once when asked."""

from __future__ import annotations

import asyncio

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered

from bot.privacy.store import ForgetfulTrackerStore

SECOND = 1 / 60


def store(**settings: float) -> ForgetfulTrackerStore:
    return ForgetfulTrackerStore(Domain.empty(), **settings)


async def said(store: ForgetfulTrackerStore, text: str = "hello") -> None:
    tracker = await store.get_or_create_tracker("somebody")
    tracker.update(UserUttered(text))
    tracker.update(ActionExecuted("action_listen"))
    await store.save(tracker)


async def test_a_conversation_is_kept():
    kept = store()
    await said(kept)
    assert await kept.retrieve("somebody") is not None


async def test_it_is_gone_after_its_lifetime_though_the_talk_goes_on():
    kept = store(lifetime_minutes=0.4 * SECOND)
    for _ in range(4):
        await said(kept)
        await asyncio.sleep(0.08)
    await asyncio.sleep(0.15)
    assert await kept.keys() == []


async def test_it_is_gone_when_nothing_is_said():
    kept = store(idle_minutes=0.1 * SECOND)
    await said(kept)
    await asyncio.sleep(0.2)
    assert await kept.keys() == []


async def test_it_is_gone_at_once_when_asked():
    kept = store()
    await said(kept)
    kept.forget("somebody")
    assert await kept.retrieve("somebody") is None


async def test_only_the_last_turns_are_kept():
    kept = store(most_turns=3)
    for number in range(9):
        await said(kept, f"message {number}")
    tracker = await kept.retrieve("somebody")
    texts = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert texts == ["message 6", "message 7", "message 8"]


def test_the_store_of_endpoints_yml_is_the_one_that_forgets():
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    assert isinstance(TrackerStore.create(endpoints.tracker_store), ForgetfulTrackerStore)
