"""Whose message is next. Everyone in turn, so that whoever sends much waits for it and nobody else does."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

URGENT_SHARE = 2
"""So many times as many urgent messages may wait as others: one who needs help may come in when it is full."""
AT_WORK = 8
"""How many messages are at work at a time. More than one, since some wait for Redis."""


class Full(Exception):
    """Too many messages are being answered at this moment, and nobody has more of them waiting than this sender."""


class FairQueue:
    """Lets so many in at a time: of those who wait, the first message of each sender, then the second of each.

    Args:
        most: how many may be at work or waiting; None for any number.
        at_work: how many may be at work.
    """

    def __init__(self, most: int | None = None, at_work: int = AT_WORK) -> None:
        self._most = most
        self._free = at_work
        self._held = 0
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, sender: str, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for the turn of a sender's message, and hold it.

        Raises:
            Full: there is no place. The last message of whoever has most waiting goes if a newcomer has fewer.
        """
        if self._most is not None and self._held >= self._most * (URGENT_SHARE if urgent else 1):
            self._make_room(sender)
        self._held += 1
        try:
            await self._let_in(sender)
            try:
                yield
            finally:
                self._free += 1
                self._call_next()
        finally:
            self._held -= 1

    async def _let_in(self, sender: str) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(sender, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and not turn.exception():  # Called at the same moment.
                self._free += 1
                self._call_next()
            raise

    def _call_next(self) -> None:
        while self._free and self._waiting:
            sender, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[sender] = turns  # Behind all others.
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _make_room(self, sender: str) -> None:
        busiest = max(self._waiting, key=lambda name: len(self._waiting[name]), default=sender)
        turns = self._waiting.get(busiest, ())
        if len(turns) <= len(self._waiting.get(sender, ())) + 1:
            raise Full
        last = self._waiting[busiest].pop()
        if not last.done():
            last.set_exception(Full())
