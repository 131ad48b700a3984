"""Keeps conversations for a short while and forgets them by itself: in memory, or in Redis for many machines."""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
import zlib
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Callable
from typing import Any

import redis
from cryptography.fernet import Fernet, InvalidToken
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.privacy.impatient_redis import ImpatientRedis
from bot.privacy.memory import collect_soon
from bot.privacy.pseudonyms import DailyKey, seal_key

MOST_TURNS = 20
SECONDS_ERASED = 120
"""How long nothing is kept of a conversation that was erased: longer than a message can be at work or on its way."""

_GOES_AT = "goes_at"
"""The attribute in which a tracker carries the time at which it must be gone: so that a message that is at work
while its conversation ends can't bring it back for another half an hour."""

logger = logging.getLogger(__name__)


class NeverForgets(Exception):
    """The conversations would go to a store that keeps them; the message says what to do."""


class ForgettingStore(TrackerStore):
    """What both stores promise.

    A conversation keeps its last `most_turns` turns and is gone `lifetime_minutes` after it began, `idle_minutes`
    after its last message, or when the day's key changes, whichever comes first; nothing needs to happen for it to
    go. Saving never raises: Rasa copies what fails into a store of its own that never forgets
    (rasa/core/tracker_store.py:1453 FailSafeTrackerStore.save).
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        most_turns: int = 4,
        lifetime_minutes: float = 30,
        idle_minutes: float = 10,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker=None)
        self._most_turns = min(most_turns, MOST_TURNS)
        self._lifetime_seconds = lifetime_minutes * 60
        self._idle_seconds = idle_minutes * 60
        self._clock = clock

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a conversation until it is due to go; if that fails, it is forgotten."""
        try:
            now = self._clock()
            goes_at = tracker.__dict__.setdefault(_GOES_AT, now + self._lifetime_seconds)
            seconds_left = min(goes_at - now, self._idle_seconds, DailyKey.seconds_left())
            tracker.events = _last_turns(tracker, self._most_turns)
            if seconds_left > 0:
                await self.keep(tracker, seconds_left)
            else:
                await self.forget(tracker.sender_id)
        except Exception as failure:  # noqa: BLE001  See the class: it may never raise.
            logger.error("A conversation could not be kept, so it is forgotten: %s", type(failure).__name__)

    async def keep(self, tracker: DialogueStateTracker, seconds: float) -> None:
        """Keep a conversation for so many seconds and no longer."""
        raise NotImplementedError

    async def forget(self, sender_id: str) -> None:
        """Drop a conversation now. It may begin again under its name."""
        raise NotImplementedError

    async def erase(self, sender_id: str) -> None:
        """Drop a conversation now, and keep nothing under its name for `SECONDS_ERASED`.

        So a message that is at work, or still on its way to another process, can't bring it back.
        """
        raise NotImplementedError

    async def was_erased(self, sender_id: str) -> bool:
        """Say whether a conversation was erased within the last `SECONDS_ERASED`."""
        raise NotImplementedError


class ForgetfulTrackerStore(ForgettingStore):
    """A store in memory, for one process.

    A conversation of two turns is 300 objects and 40 KB as it stands, 4 KB packed. With thousands of people that is
    hundreds of megabytes, and long pauses for each look at what nobody needs any more (`collect_soon`). Packing and
    unpacking take half a millisecond; as JSON it would be a fifth of the time that Rasa takes for a message.
    """

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._conversations: dict[str, tuple[bytes, asyncio.TimerHandle]] = {}
        self._erased_until: dict[str, float] = {}

    async def keep(self, tracker: DialogueStateTracker, seconds: float) -> None:
        """Keep a conversation; a timer drops it."""
        await self.forget(tracker.sender_id)
        if await self.was_erased(tracker.sender_id):
            return
        timer = asyncio.get_running_loop().call_later(seconds, self._drop, tracker.sender_id)
        packed = zlib.compress(pickle.dumps(tracker), level=1)
        self._conversations[tracker.sender_id] = packed, timer

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation that isn't forgotten."""
        packed, _ = self._conversations.get(sender_id, (None, None))
        return pickle.loads(zlib.decompress(packed)) if packed else None  # noqa: S301  It never left this process.

    async def keys(self) -> list[str]:
        """Return the ids of the conversations that are kept."""
        return list(self._conversations)

    async def forget(self, sender_id: str) -> None:
        """Drop a conversation now."""
        self._drop(sender_id)

    async def erase(self, sender_id: str) -> None:
        """Drop a conversation now, and keep nothing under its name for a while."""
        self._drop(sender_id)
        now = self._clock()
        self._erased_until.pop(sender_id, None)  # The dict stays in order of time.
        self._erased_until[sender_id] = now + SECONDS_ERASED
        while self._erased_until[oldest := next(iter(self._erased_until))] <= now:
            del self._erased_until[oldest]

    async def was_erased(self, sender_id: str) -> bool:
        """Say whether a conversation was erased lately."""
        return self._erased_until.get(sender_id, 0) > self._clock()

    def _drop(self, sender_id: str) -> None:
        _, timer = self._conversations.pop(sender_id, (None, None))
        if timer:
            timer.cancel()
            collect_soon()


class ForgetfulRedisTrackerStore(ForgettingStore, SerializedTrackerAsText):
    """A store in Redis, for many processes.

    Redis drops each key by itself. What it gets is sealed with today's key (Fernet: AES-128-CBC and HMAC-SHA-256), so
    that neither its dumps nor its slow log, monitor or memory hold a word.
    """

    def __init__(self, client: ImpatientRedis, domain: Domain | None = None, **kwargs: Any) -> None:
        super().__init__(domain, clock=time.time, **kwargs)
        self._redis = client

    async def keep(self, tracker: DialogueStateTracker, seconds: float) -> None:
        """Keep a conversation under a key that expires."""
        goes_at = f"{tracker.__dict__[_GOES_AT]:.3f}\n"
        sealed = _seal().encrypt((goes_at + self.serialise_tracker(tracker)).encode())
        keys = _PREFIX + tracker.sender_id, _ERASED_PREFIX + tracker.sender_id
        await self._redis.eval(_KEEP_UNLESS_ERASED, len(keys), *keys, sealed, str(max(int(seconds * 1000), 1)))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation that isn't forgotten; none if Redis can't be reached."""
        try:
            sealed = await self._redis.get(_PREFIX + sender_id)
            if sealed is None:
                return None
            goes_at, _, text = _seal().decrypt(sealed).decode().partition("\n")
        except (redis.RedisError, InvalidToken) as failure:
            logger.error("A conversation could not be read, so it starts again: %s", type(failure).__name__)
            return None
        tracker = self.deserialise_tracker(sender_id, text)
        if tracker:
            setattr(tracker, _GOES_AT, float(goes_at))
        return tracker

    async def keys(self) -> list[str]:
        """Return the ids of the conversations that are kept."""
        return [key.decode().removeprefix(_PREFIX) async for key in self._redis.scan_iter(match=f"{_PREFIX}*")]

    async def forget(self, sender_id: str) -> None:
        """Drop a conversation now."""
        await self._redis.delete(_PREFIX + sender_id)

    async def erase(self, sender_id: str) -> None:
        """Drop a conversation now, and keep nothing under its name for a while, in any process."""
        await self._redis.set(_ERASED_PREFIX + sender_id, b"", ex=SECONDS_ERASED)
        await self._redis.delete(_PREFIX + sender_id)

    async def was_erased(self, sender_id: str) -> bool:
        """Say whether a conversation was erased lately, in any process; no if Redis can't be reached."""
        try:
            return bool(await self._redis.exists(_ERASED_PREFIX + sender_id))
        except redis.RedisError:
            return False


_PREFIX = "conversation:"
_ERASED_PREFIX = "erased:"
_KEEP_UNLESS_ERASED = """
if redis.call("EXISTS", KEYS[2]) == 0 then
    redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
end
"""
"""One step in Redis, so that nothing can be erased between the question and the answer."""


def _seal() -> Fernet:
    return Fernet(urlsafe_b64encode(seal_key()))


def _last_turns(tracker: DialogueStateTracker, turns: int) -> deque[Any]:
    """Return a conversation's events from the last so many messages of the person on."""
    events = list(tracker.events)
    messages = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(messages) <= turns:
        return deque(events, tracker.events.maxlen)
    # Rasa rebuilds a conversation from its events (trackers.py copy), so what the slots hold must stay among them.
    slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    return deque([*slots, *events[messages[-turns] :]], tracker.events.maxlen)


def forgetting_store(agent: Agent) -> ForgettingStore:
    """Return the store that an agent keeps conversations in.

    Raises:
        NeverForgets: it is one that never forgets. Rasa takes such a one, without a word, if the path in
            endpoints.yml is misspelt (rasa/core/tracker_store.py _load_from_module_name_in_endpoint_config).
    """
    # Agent puts every store into a FailSafeTrackerStore (rasa/core/agent.py _create_tracker_store).
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(store, ForgettingStore):
        raise NeverForgets(
            f"Conversations would be kept in {type(store).__name__}, which never forgets. "
            f"In endpoints.yml, set tracker_store: type: {ForgetfulTrackerStore.__module__}.ForgetfulTrackerStore"
        )
    return store


async def forget_conversation(agent: Agent, conversation: str) -> None:
    """Drop a conversation at once, and again under its lock: a message that is still at work would bring it back."""
    store = forgetting_store(agent)
    await store.forget(conversation)
    async with agent.lock_store.lock(conversation):
        await store.forget(conversation)
