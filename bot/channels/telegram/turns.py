"""The order of work: a chat's updates one after the other, different chats side by side, each update once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable

Work = Callable[[], Awaitable[None]]
"""Something to do; must not raise."""


class Lanes:
    """Does the work of a chat in order. A slow chat holds up nobody else."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def length(self, chat_id: int) -> int:
        """Return how much work of a chat is waiting or under way."""
        return len(self._waiting.get(chat_id, ()))

    def put(self, chat_id: int, work: Work) -> None:
        """Do some work of a chat once all that came before it is done."""
        if chat_id in self._waiting:
            self._waiting[chat_id].append(work)
        else:
            self._waiting[chat_id] = deque([work])
            self.put_aside(lambda: self._work_off(chat_id))

    def put_aside(self, work: Work) -> None:
        """Do some work at once, whatever else is waiting."""
        task = asyncio.ensure_future(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Wait for all work to be done, but no longer than `seconds`; what is left then is dropped."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
            for task in late:
                task.cancel()

    async def _work_off(self, chat_id: int) -> None:
        lane = self._waiting[chat_id]
        try:
            while lane:
                await lane[0]()
                lane.popleft()
        finally:
            del self._waiting[chat_id]


class Seen:
    """Remembers the last things that it was shown, to tell what is new."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, None] = OrderedDict()

    def is_new(self, thing: Hashable) -> bool:
        """Tell whether this is the first time that it is shown something; from now on it isn't."""
        if thing in self._things:
            return False
        self._things[thing] = None
        if len(self._things) > self._most:
            self._things.popitem(last=False)
        return True
