"""Keeps conversations in memory, for a short while, and forgets them by itself."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


@dataclass
class _Conversation:
    tracker: DialogueStateTracker
    started: float
    timer: asyncio.TimerHandle


class ForgetfulTrackerStore(TrackerStore):
    """A tracker store for one process.

    A conversation keeps its last `most_turns` turns and is gone `lifetime_minutes` after it began or `idle_minutes`
    after its last message, whichever comes first; nothing needs to happen for it to go. It keeps the tracker itself,
    not its text: reading it back from JSON is a fifth of the time that Rasa takes for a message, and grows with it.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        most_turns: int = 4,
        lifetime_minutes: float = 30,
        idle_minutes: float = 10,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._most_turns = most_turns
        self._lifetime_seconds = lifetime_minutes * 60
        self._idle_seconds = idle_minutes * 60
        self._conversations: dict[str, _Conversation] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a conversation until it is due to go."""
        now = time.monotonic()
        known = self._conversations.get(tracker.sender_id)
        started = known.started if known else now
        if known:
            known.timer.cancel()
        seconds_left = min(started + self._lifetime_seconds, now + self._idle_seconds) - now
        timer = asyncio.get_running_loop().call_later(max(seconds_left, 0), self.forget, tracker.sender_id)
        tracker.events = _last_turns(tracker, self._most_turns)
        self._conversations[tracker.sender_id] = _Conversation(tracker, started, timer)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation that isn't forgotten."""
        known = self._conversations.get(sender_id)
        return known.tracker if known else None

    async def keys(self) -> list[str]:
        """Return the ids of the conversations that are kept."""
        return list(self._conversations)

    def forget(self, sender_id: str) -> None:
        """Drop a conversation now."""
        known = self._conversations.pop(sender_id, None)
        if known:
            known.timer.cancel()


def _last_turns(tracker: DialogueStateTracker, turns: int) -> deque[Any]:
    """Return a conversation's events from the last so many messages of the person on."""
    events = list(tracker.events)
    messages = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(messages) <= turns:
        return deque(events, tracker.events.maxlen)
    # Rasa rebuilds a conversation from its events (trackers.py copy), so what the slots hold must stay among them.
    slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    return deque([*slots, *events[messages[-turns] :]], tracker.events.maxlen)


async def forget_conversation(agent: Agent, conversation: str) -> None:
    """Drop a conversation under its lock, so that a message that is still at work can't bring it back."""
    # Agent puts every store into a FailSafeTrackerStore (rasa/core/agent.py _create_tracker_store).
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    async with agent.lock_store.lock(conversation):
        if isinstance(store, ForgetfulTrackerStore):
            store.forget(conversation)
