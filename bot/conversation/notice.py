"""Says when someone is to be told that their name or number isn't needed: once in a conversation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from bot.privacy.scrubbing import Scrubber


class Notice:
    """Remembers, in memory, under the conversation's pseudonym and for its lifetime, that someone has been told."""

    def __init__(self, lifetime_minutes: float = 30, not_names: Iterable[str] = ()) -> None:
        self._scrubber = Scrubber(not_names)
        self._seconds = lifetime_minutes * 60
        self._told_until: dict[str, float] = {}

    async def is_due(self, conversation: str, text: str) -> bool:
        """Return whether the text tells who its author is, for the first time in this conversation."""
        self._forget_old()
        if conversation in self._told_until or not self._scrubber.may_tell(text):
            return False
        if not await asyncio.to_thread(self._scrubber.tells, text) or conversation in self._told_until:
            return False
        self._told_until[conversation] = time.monotonic() + self._seconds
        return True

    def _forget_old(self) -> None:
        """Drop whose conversation is over; the dict is in order of time."""
        now = time.monotonic()
        while self._told_until and self._told_until[first := next(iter(self._told_until))] <= now:
            del self._told_until[first]
