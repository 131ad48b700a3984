"""Remembers for a short while what each message was answered, so that one that is sent again is handled once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

_MOST_REMEMBERED = 10_000


class Sends:
    """The replies to the last messages of this process, by the conversation's key and the id that the page gave.

    Other processes don't know them: a message that is sent again and reaches another process is handled there too.
    Its author sees one reply, since the first was lost (docs/widget.md).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._tasks: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = {}

    async def once(
        self, conversation: str, send: str | None, handle: Callable[[], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        """Handle a message, or return what it is being or was answered. Failures aren't remembered.

        The handling goes on when the connection breaks: the page will ask for the reply again.
        """
        if send is None:
            return await handle()
        key = (conversation, send)
        if key not in self._tasks:
            if len(self._tasks) >= _MOST_REMEMBERED:
                del self._tasks[next(iter(self._tasks))]
            self._tasks[key] = asyncio.ensure_future(handle())
            self._tasks[key].add_done_callback(lambda done: self._handled(key, done))
        return await asyncio.shield(self._tasks[key])

    def knows(self, conversation: str, send: str | None) -> bool:
        """Say whether a message is being or was answered."""
        return (conversation, send) in self._tasks

    def forget(self, conversation: str) -> None:
        """Drop what a conversation was answered."""
        for key in [key for key in self._tasks if key[0] == conversation]:
            del self._tasks[key]

    def _handled(self, key: tuple[str, str], task: asyncio.Future[dict[str, Any]]) -> None:
        if task.cancelled() or task.exception():
            self._tasks.pop(key, None)
        else:
            asyncio.get_running_loop().call_later(self._seconds, self._tasks.pop, key, None)
