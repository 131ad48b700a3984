"""Says when someone is to be told that their name or number isn't needed: once in a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.privacy.scrubbing import Scrubber


class Notice:
    """Remembers, in memory, under the conversation's pseudonym and for its lifetime, that someone has been told."""

    def __init__(self, lifetime_minutes: float = 30, not_names: Iterable[str] = ()) -> None:
        self._scrubber = Scrubber(not_names)
        self._storage = MemoryStorage()  # The limiter itself holds it by a weak reference only.
        self._told = FixedWindowRateLimiter(self._storage)
        self._once = RateLimitItemPerMinute(1, max(round(lifetime_minutes), 1), "told")

    async def is_due(self, conversation: str, text: str) -> bool:
        """Return whether the text tells who its author is, for the first time in this conversation."""
        if not self._scrubber.may_tell(text) or not self._told.test(self._once, conversation):
            return False
        return await asyncio.to_thread(self._scrubber.tells, text) and self._told.hit(self._once, conversation)
