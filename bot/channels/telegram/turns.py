"""The order of work: a chat's updates one after the other, different chats side by side, each update once."""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from telegram import Chat, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import BaseUpdateProcessor

from bot.channels.telegram.places import language_of
from bot.content.languages import speaking
from bot.conversation.messages import Reason, Refused
from bot.privacy.pseudonyms import pseudonym

MOST_CHATS_AT_ONCE = 256
"""A chat that Telegram makes wait keeps its place, so there have to be far more than Rasa can think for."""
_SECONDS_OF_A_DOUBLE_TAP = 4
URGENT: ContextVar[bool] = ContextVar("URGENT", default=False)
"""Whether the update that is being handled is from someone in danger. It is found out once, for that takes time."""
_MOST_WAITING = 20
"""How many updates of one chat may wait. The next one is refused, and what comes then is passed over."""


class Seen:
    """Remembers the last things that it was shown, to tell what is new.

    Args:
        most: how many it remembers.
        seconds: how long it remembers each.
    """

    def __init__(self, most: int = 10_000, seconds: float = math.inf) -> None:
        self._most = most
        self._seconds = seconds
        self._things: OrderedDict[Hashable, float] = OrderedDict()

    def is_new(self, thing: Hashable) -> bool:
        """Return whether this is shown for the first time; for a while it isn't."""
        now = time.monotonic()
        while self._things and next(iter(self._things.values())) + self._seconds <= now:
            self._things.popitem(last=False)
        if thing in self._things:
            return False
        self._things[thing] = now
        if len(self._things) > self._most:
            self._things.popitem(last=False)
        return True


class DoubleTaps:
    """Remembers the last button that was pressed below each message, to tell a second tap on it.

    Args:
        most: how many messages it remembers.
        seconds: how soon the second tap comes.
    """

    def __init__(self, most: int = 10_000, seconds: float = _SECONDS_OF_A_DOUBLE_TAP) -> None:
        self._most = most
        self._seconds = seconds
        self._last: OrderedDict[Hashable, tuple[Hashable, float]] = OrderedDict()

    def is_one(self, message: Hashable, button: Hashable) -> bool:
        """Return whether the same button was pressed just before, and no other of its message since."""
        now = time.monotonic()
        last, pressed_at = self._last.pop(message, (None, 0.0))
        self._last[message] = (button, now)
        if len(self._last) > self._most:
            self._last.popitem(last=False)
        return last == button and now - pressed_at < self._seconds


@dataclass(eq=False)
class _Queue:
    """The updates of one chat: how many wait or are being handled, and whose turn it is."""

    length: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Turns(BaseUpdateProcessor):
    """Gives each update its turn. A slow chat holds up nobody else.

    Args:
        is_urgent: says whether an update is from someone in danger. It waits for its own chat only, and may do so
            however many do.
        most_at_once: how many chats are served at one time.
        finish: is called with an update's id once it is dealt with.
    """

    def __init__(
        self,
        is_urgent: Callable[[Update], bool],
        most_at_once: int = MOST_CHATS_AT_ONCE,
        finish: Callable[[int], None] = lambda _: None,
    ) -> None:
        super().__init__(sys.maxsize)  # The library counts updates that wait for their turn as well.
        self._is_urgent = is_urgent
        self._finish = finish
        self._places = asyncio.Semaphore(most_at_once)
        self._queues: WeakValueDictionary[int, _Queue] = WeakValueDictionary()
        self._seen = Seen()
        self._taps = DoubleTaps()
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
        assert isinstance(update, Update)
        self._tasks.add(task)
        is_dropped = False
        try:
            if self._seen.is_new(update.update_id) and self._is_first_tap(update):
                await asyncio.gather(_confirm_press(update), self._in_turn(update, coroutine))
        except asyncio.CancelledError:
            is_dropped = True
            raise
        finally:
            coroutine.close()
            self._tasks.discard(task)
            if not is_dropped:
                self._finish(update.update_id)

    def _is_first_tap(self, update: Update) -> bool:
        """Return whether a button wasn't pressed just before; a name that means nothing stands for it."""
        press, message = update.callback_query, update.effective_message
        if press is None or message is None:
            return True
        below = f"{message.chat.id} {message.message_id}"
        return not self._taps.is_one(pseudonym("press", below), pseudonym("press", f"{below} {press.data}"))

    async def _in_turn(self, update: Update, coroutine: Coroutine[Any, Any, Any]) -> None:
        chat = update.effective_chat
        if chat is None or chat.type == ChatType.CHANNEL:
            return
        queue = self._queues.setdefault(chat.id, _Queue())
        is_urgent = self._is_urgent(update)
        URGENT.set(is_urgent)
        is_flood = queue.length >= _MOST_WAITING and not is_urgent
        if is_flood and (queue.length > _MOST_WAITING or not _is_private(chat)):
            return
        queue.length += 1
        try:
            async with queue.turn, contextlib.nullcontext() if is_urgent else self._places:
                with speaking(language_of(update)):
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
