"""The order of work: a chat's updates one after the other, different chats side by side, each update once."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from telegram import Chat, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import BaseUpdateProcessor

from bot.conversation.assistant import Reason, Refused

MOST_CHATS_AT_ONCE = 256
"""A chat that Telegram makes wait keeps its place, so there have to be far more than Rasa can think for."""
_MOST_WAITING = 20
"""How many updates of one chat may wait. The next one is refused, and what comes then is passed over."""


class Seen:
    """Remembers the last things that it was shown, to tell what is new."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, None] = OrderedDict()

    def is_new(self, thing: Hashable) -> bool:
        """Return whether this is shown for the first time; from now on it isn't."""
        if thing in self._things:
            return False
        self._things[thing] = None
        if len(self._things) > self._most:
            self._things.popitem(last=False)
        return True


@dataclass(eq=False)
class _Queue:
    """The updates of one chat: how many wait or are being handled, and whose turn it is."""

    length: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Turns(BaseUpdateProcessor):
    """Gives each update its turn. A slow chat holds up nobody else.

    Args:
        is_urgent: says whether an update is from someone in danger, and so may wait however many do.
        most_at_once: how many chats are served at one time.
    """

    def __init__(self, is_urgent: Callable[[Update], bool], most_at_once: int = MOST_CHATS_AT_ONCE) -> None:
        super().__init__(sys.maxsize)  # The library counts updates that wait for their turn as well.
        self._is_urgent = is_urgent
        self._places = asyncio.Semaphore(most_at_once)
        self._queues: WeakValueDictionary[int, _Queue] = WeakValueDictionary()
        self._seen = Seen()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def initialize(self) -> None:
        """Do nothing: it needs nothing."""

    async def shutdown(self) -> None:
        """Drop what is waiting or being handled."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Coroutine[Any, Any, Any]) -> None:  # type: ignore[override]
        """Handle an update in its turn; confirm a press at once, so that nothing spins.

        Raises:
            Refused: too many are waiting in this chat. The application hands this to its error handler.
        """
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if isinstance(update, Update) and self._seen.is_new(update.update_id):
                await asyncio.gather(_confirm_press(update), self._in_turn(update, coroutine))
        finally:
            coroutine.close()
            self._tasks.discard(task)

    async def _in_turn(self, update: Update, coroutine: Coroutine[Any, Any, Any]) -> None:
        chat = update.effective_chat
        if chat is None or chat.type == ChatType.CHANNEL:
            return
        queue = self._queues.setdefault(chat.id, _Queue())
        is_flood = queue.length >= _MOST_WAITING and not self._is_urgent(update)
        if is_flood and (queue.length > _MOST_WAITING or not _is_private(chat)):
            return
        queue.length += 1
        try:
            async with queue.turn, self._places:
                if is_flood:
                    raise Refused(Reason.BUSY)
                await coroutine
        finally:
            queue.length -= 1


def _is_private(chat: Chat) -> bool:
    return chat.type == ChatType.PRIVATE


async def _confirm_press(update: Update) -> None:
    if update.callback_query:
        with contextlib.suppress(TelegramError):  # It may have been pressed long ago.
            await update.callback_query.answer()
