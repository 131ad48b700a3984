"""Sends what people see, so that whatever Telegram says to it, they see something."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from telegram import InlineKeyboardMarkup, Message
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.channels.telegram.api import MORE_TRIES_IF_URGENT, Bot
from bot.channels.telegram.showing import Shown, messages, shown, visible
from bot.content.library import Library
from bot.content.reply import Reply

_SECONDS_OF_TYPING = 4

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class Sender:
    """Sends replies and phrases into chats."""

    def __init__(self, bot: Bot, library: Library) -> None:
        self._bot = bot
        self._library = library

    async def reply(self, chat_id: int, reply: Reply, heading: str = "") -> None:
        """Send a reply. If an urgent one can't be sent, nothing else is said in its place.

        Raises:
            TelegramError: it can't be sent.
        """
        what = shown(reply, self._library.phrases, heading)
        if not reply.is_urgent:
            await self.send(chat_id, what)
            return
        try:
            await self.send(chat_id, what, MORE_TRIES_IF_URGENT)
        except NetworkError as error:
            logger.error("An urgent reply could not be sent (%s).", type(error).__name__)

    async def phrase(self, chat_id: int, name: str) -> None:
        """Send one of the small texts; if even that can't be sent, there is nothing more to do."""
        with contextlib.suppress(TelegramError):
            await self.send(chat_id, Shown(messages(self._library.phrases[name])))

    async def send(self, chat_id: int, what: Shown, more_tries: int = 0) -> None:
        """Send messages, the keyboard below the last one.

        Raises:
            TelegramError: one can't be sent.
        """
        *first, last = what.texts
        for text in first:
            await self._send(chat_id, text, None, more_tries)
        await self._send(chat_id, last, what.keyboard, more_tries)

    async def replace(self, message: Message | None, chat_id: int, what: Shown) -> None:
        """Show something in place of a message; below it if that is gone, or if it doesn't fit into one.

        Raises:
            TelegramError: neither can be done.
        """
        if message is None or len(what.texts) > 1:
            await self.send(chat_id, what)
            return
        try:
            await message.edit_text(what.texts[0], reply_markup=what.keyboard)
        except BadRequest as refusal:
            if "not modified" not in str(refusal).lower():
                await self.send(chat_id, what)

    async def typing(self, chat_id: int, work: Coroutine[Any, Any, Result]) -> Result:
        """Return what some work comes to, and show meanwhile that it is being done."""
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                with contextlib.suppress(TelegramError):
                    await self._bot.send_chat_action(chat_id, ChatAction.TYPING, read_timeout=2, connect_timeout=2)
                await asyncio.wait({task}, timeout=_SECONDS_OF_TYPING)
            return await task
        finally:
            task.cancel()

    async def _send(self, chat_id: int, text: str, keyboard: InlineKeyboardMarkup | None, more_tries: int) -> None:
        """Send one message: as HTML, or if Telegram refuses that as plain text, or as that without buttons."""
        forms = [(text, ParseMode.HTML, keyboard), (visible(text), None, keyboard), (visible(text), None, None)]
        for form, mode, below in forms:
            try:
                await self._bot.send_message(chat_id, form, mode, reply_markup=below, rate_limit_args=more_tries)
            except BadRequest as refusal:
                logger.warning("Telegram refused a message (%s).", type(refusal).__name__)
                refused = refusal
            else:
                return
        raise refused
