"""Which messages stand in a chat, so that they can be deleted there: numbers only, and not for long."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque

SECONDS_KEPT = 30 * 60
"""As long as a conversation may last."""
_MOST_IN_A_CHAT = 400


class Traces:
    """The ids of a conversation's messages, under its pseudonym. Each is forgotten after SECONDS_KEPT by a timer."""

    def __init__(self, seconds: float = SECONDS_KEPT) -> None:
        self._seconds = seconds
        self._ids: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=_MOST_IN_A_CHAT))

    def add(self, conversation: str, message_id: int) -> None:
        """Remember a message."""
        self._ids[conversation].append(message_id)
        asyncio.get_running_loop().call_later(self._seconds, self._drop, conversation, message_id)

    def forget(self, conversation: str) -> list[int]:
        """Return a conversation's messages, and remember none of them."""
        return list(self._ids.pop(conversation, ()))

    def _drop(self, conversation: str, message_id: int) -> None:
        ids = self._ids.get(conversation)
        if ids and message_id in ids:
            ids.remove(message_id)
        if not ids:
            self._ids.pop(conversation, None)
