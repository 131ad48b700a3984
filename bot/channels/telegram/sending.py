"""Sends what people see, so that whatever Telegram says to it, they see something."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from telegram import InlineKeyboardMarkup, Message
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.channels.telegram.api import MORE_TRIES_IF_URGENT, Bot
from bot.channels.telegram.places import Place
from bot.channels.telegram.showing import Shown, messages, shown, visible
from bot.channels.telegram.traces import Traces
from bot.content.languages import ENGLISH, spoken
from bot.content.library import Library
from bot.content.reply import Reply

_SECONDS_BEFORE_TYPING = 0.2
_SECONDS_OF_TYPING = 4
_MOST_TYPING = 20
_MOST_DELETED_AT_ONCE = 100

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class Sender:
    """Sends replies and phrases into chats."""

    def __init__(self, bot: Bot, library: Library) -> None:
        self.traces = Traces()
        self._typing = 0
        self._bot = bot
        self._library = library

    async def reply(self, place: Place, reply: Reply, heading: str = "") -> None:
        """Send a reply. If an urgent one can't be sent, nothing else is said in its place.

        Raises:
            TelegramError: it can't be sent.
        """
        what = shown(reply, self.phrases_of(reply), heading)
        if not reply.is_urgent:
            await self.send(place, what)
            return
        try:
            await self.send(place, what, MORE_TRIES_IF_URGENT)
        except NetworkError as error:
            logger.error("An urgent reply could not be sent (%s).", type(error).__name__)

    def phrases_of(self, reply: Reply) -> Mapping[str, str]:
        """Return the small texts in the language of a reply."""
        return self._library.in_language(reply.language or ENGLISH).phrases

    async def phrase(self, place: Place, name: str) -> None:
        """Send one of the small texts; if even that can't be sent, there is nothing more to do."""
        with contextlib.suppress(TelegramError):
            await self.send(place, Shown(messages(self._library.in_language(spoken()).phrases[name])))

    async def send(self, place: Place, what: Shown, more_tries: int = 0) -> None:
        """Send messages, the keyboard below the last one.

        Raises:
            TelegramError: one can't be sent.
        """
        *first, last = what.texts
        for text in first:
            await self._send(place, text, None, more_tries)
        await self._send(place, last, what.keyboard, more_tries)

    async def replace(self, message: Message | None, place: Place, what: Shown) -> None:
        """Show something in place of a message; below it if that is gone, or if it doesn't fit into one.

        Raises:
            TelegramError: neither can be done.
        """
        if message is None or len(what.texts) > 1:
            await self.send(place, what)
            return
        try:
            await message.edit_text(what.texts[0], reply_markup=what.keyboard)
        except BadRequest as refusal:
            if "not modified" not in str(refusal).lower():
                await self.send(place, what)

    async def typing(self, place: Place, work: Coroutine[Any, Any, Result]) -> Result:
        """Return what some work comes to, and show meanwhile that it is being done.

        When many wait, only some see it: each sign is a request, which would take time from the answers.
        """
        task = asyncio.ensure_future(work)
        is_shown = self._typing < _MOST_TYPING
        self._typing += is_shown
        try:
            await asyncio.wait({task}, timeout=_SECONDS_BEFORE_TYPING)
            while is_shown and not task.done():
                with contextlib.suppress(TelegramError):
                    await self._bot.send_chat_action(
                        place.chat_id, ChatAction.TYPING, place.topic_id, read_timeout=2, connect_timeout=2
                    )
                await asyncio.wait({task}, timeout=_SECONDS_OF_TYPING)
            return await task
        finally:
            self._typing -= is_shown
            task.cancel()

    async def delete_all(self, place: Place) -> None:
        """Delete what both sides wrote in a chat lately, as far as Telegram allows; then say so."""
        ids = self.traces.forget(place.conversation)
        for start in range(0, len(ids), _MOST_DELETED_AT_ONCE):
            with contextlib.suppress(TelegramError):  # It doesn't delete what is older than two days, for example.
                await self._bot.delete_messages(place.chat_id, ids[start : start + _MOST_DELETED_AT_ONCE])
        await self.phrase(place, "deleted")

    async def _send(self, place: Place, text: str, keyboard: InlineKeyboardMarkup | None, more_tries: int) -> None:
        """Send one message: as HTML, or as plain text, or as that without buttons, wherever it is in the chat."""
        plain = visible(text)
        forms = [
            (text, ParseMode.HTML, keyboard, place.topic_id),
            (plain, None, keyboard, place.topic_id),
            (plain, None, None, None),
        ]
        for form, mode, below, topic_id in forms:
            try:
                sent = await self._bot.send_message(
                    place.chat_id,
                    form,
                    mode,
                    reply_markup=below,
                    message_thread_id=topic_id,
                    rate_limit_args=more_tries,
                )
            except BadRequest as refusal:
                logger.warning("Telegram refused a message (%s).", type(refusal).__name__)
                refused = refusal
            else:
                self.traces.add(place.conversation, sent.message_id)
                return
        raise refused
