"""What an update from a private chat gets: an answer, or a deliberate silence. docs/telegram.md has the table."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.channels.telegram.api import COMMANDS, Bot
from bot.channels.telegram.browsing import SERVICES, page, way_back
from bot.channels.telegram.groups import GROUPS, Groups, is_inside
from bot.channels.telegram.places import CHANNEL, conversation_of, message_of, place_of
from bot.channels.telegram.quoting import quoted_answer
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.showing import DELETE, IN_PLACE, MENU, Shown, messages, one_button, shown, with_button
from bot.channels.telegram.turns import URGENT, Seen
from bot.content.languages import ENGLISH, speaking, spoken
from bot.content.library import Library
from bot.content.reply import Reply, Target
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Refused, Said
from bot.privacy.pseudonyms import pseudonym

_GREETING = "chat/greet"
_ANSWER_OF = {"help": "chat/help", "privacy": "chat/privacy"}
_EMERGENCY = "urgent/overdose"
_MENU_OF = {"topics": "", "services": SERVICES}
_FORGETTING = ("forget", "stop", "delete", "erase", "clear")
"""Commands that forget the conversation; only the first is in the menu."""
_MOST_THINKING = 2
"""How many messages Rasa works on at once: all share one processor, so more only keep someone in danger waiting."""
_LATE = timedelta(minutes=5)
_SECONDS_BETWEEN_LATE = 600
"""How long a chat isn't told again that answers come late."""

Context = CallbackContext[Any, Any, Any, Any]

logger = logging.getLogger(__name__)


class _FromABot(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return bool(message.from_user and message.from_user.is_bot)


class _Urgent(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return URGENT.get()


_PERSON = filters.ChatType.PRIVATE & ~_FromABot()
_NEW = _PERSON & filters.UpdateType.MESSAGE
_ALONE = filters.Regex(re.compile(r"/\S+(\s+\S+)?\s*$"))
"""A command with one word at most: what has more is a message that begins with a slash."""
_COMMAND = _NEW & _ALONE & ~_Urgent()
"""A command, unless there is danger in it: then it is a message."""


class Handlers:
    """Answers people in Telegram."""

    def __init__(self, bot: Bot, library: Library, assistant: Assistant) -> None:
        self._in_english = library
        self._assistant = assistant
        self._sender = Sender(bot, library)
        self._groups = Groups(bot, library, self._sender)
        self._albums = Seen()
        self._told_late = Seen(seconds=_SECONDS_BETWEEN_LATE)
        self._thinking = asyncio.Semaphore(_MOST_THINKING)

    @property
    def _library(self) -> Library:
        """The answers in the language that is spoken: that of the person's Telegram."""
        return self._in_english.in_language(spoken())

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Have an application call this for the updates that get something; the first that fits is called."""
        command: Callable[..., Any] = functools.partial(CommandHandler, filters=_COMMAND)
        application.add_handler(MessageHandler(_NEW & ~filters.StatusUpdate.ALL, self._arrival), group=-1)
        application.add_handlers(
            [
                CommandHandler("start", self._start, filters=_NEW & _ALONE),
                CommandHandler("emergency", functools.partial(self._answer, _EMERGENCY), filters=_NEW, has_args=False),
                command(_FORGETTING, self._forget),
                *(command(name, functools.partial(self._open_menu, group)) for name, group in _MENU_OF.items()),
                *(command(name, functools.partial(self._answer, answer)) for name, answer in _ANSWER_OF.items()),
                MessageHandler(_COMMAND & filters.COMMAND, self._unknown_command),
                MessageHandler(_NEW & filters.TEXT, self._text),
                MessageHandler(_NEW & filters.CAPTION, self._caption),
                MessageHandler(_NEW & ~filters.StatusUpdate.ALL, self._no_words),
                MessageHandler(_PERSON & filters.UpdateType.EDITED_MESSAGE, self._edited),
                MessageHandler(filters.ChatType.GROUPS & filters.UpdateType.MESSAGE, self._groups.message),
                CallbackQueryHandler(self._press),
                ChatMemberHandler(self._membership),
            ]
        )
        application.add_error_handler(self._failure)

    def is_urgent(self, update: Update) -> bool:
        """Return whether someone in danger wrote or pressed this, as far as the rules and the button can tell."""
        press, message = update.callback_query, update.message or update.edited_message
        words = message and (message.text or message.caption)
        button = press.data.removeprefix(IN_PLACE) if press and isinstance(press.data, str) else None
        return self._assistant.is_urgent(Said("", CHANNEL, words or "", button))

    # What people write

    async def _arrival(self, update: Update, _: Context) -> None:
        """Take note of a message, and say so if it was written long ago."""
        message, conversation = message_of(update), conversation_of(update)
        self._sender.traces.add(conversation, message.message_id)
        is_late = message.date and datetime.now(timezone.utc) - message.date > _LATE
        if is_late and self._told_late.is_new(conversation):
            await self._sender.phrase(place_of(update), "late")

    async def _text(self, update: Update, _: Context) -> None:
        await self._ask(update, str(message_of(update).text))

    async def _caption(self, update: Update, context: Context) -> None:
        """Answer the words below a picture or file, and say then that it wasn't opened."""
        await self._ask(update, str(message_of(update).caption))
        if not URGENT.get():
            await self._no_words(update, context)

    async def _edited(self, update: Update, _: Context) -> None:
        """Answer what was changed. Telegram calls it an edit, too, if someone only reacts to a message."""
        message = message_of(update)
        words = message.text or message.caption or ""
        is_edit = message.edit_date is not None or URGENT.get()
        if words and is_edit and not await self._assistant.was_said(conversation_of(update), words):
            await self._ask(update, words)

    async def _no_words(self, update: Update, _: Context) -> None:
        """Say that only text is read, once for all the pictures of an album."""
        album = message_of(update).media_group_id
        if album is None or self._albums.is_new(pseudonym("album", album)):
            await self._sender.phrase(place_of(update), "text_only")

    async def _ask(self, update: Update, text: str) -> None:
        for reply in await self._replies(update, text=text):
            await self._sender.reply(place_of(update), reply)

    # Commands

    async def _start(self, update: Update, context: Context) -> None:
        word = context.args[0] if context.args else ""
        linked = self._linked(word)
        if not linked and self._assistant.danger_in(word):
            await self._ask(update, word)
        else:
            await self._answer(linked or _GREETING, update, context)

    async def _forget(self, update: Update, _: Context) -> None:
        await self._assistant.forget(conversation_of(update))
        phrases = self._library.phrases
        offer = one_button(phrases["delete_button"], callback_data=DELETE)
        await self._sender.send(place_of(update), Shown(messages(phrases["forgotten"]), offer))

    async def _open_menu(self, group: str, update: Update, _: Context) -> None:
        await self._sender.send(place_of(update), page(self._library, group))

    async def _unknown_command(self, update: Update, _: Context) -> None:
        phrases = self._library.phrases
        known = "\n".join(f"- /{name}: {phrases[f'command_{name}']}" for name in COMMANDS)
        await self._sender.send(place_of(update), Shown(messages(f"{phrases['unknown_command']}\n\n{known}")))

    async def _answer(self, target: Target | str, update: Update, _: Context) -> None:
        """Send the answer that a command or a button stands for."""
        for reply in await self._replies(update, button=target):
            await self._sender.reply(place_of(update), reply, self._heading(reply))

    def _linked(self, word: str) -> str | None:
        """Return the answer that a link t.me/…?start=word means: `drug_checking` or `service-drug_checking`."""
        address = word.replace("-", "/")
        names = [
            answer.id for answer in self._library if address and address in (answer.id, answer.id.partition("/")[2])
        ]
        return names[0] if len(names) == 1 else None

    # What people press

    async def _press(self, update: Update, context: Context) -> None:
        """Answer a button; one of /topics changes the message that it is under."""
        press, place = update.callback_query, place_of(update)
        data = press.data if press and isinstance(press.data, str) else ""
        message = press.message if press and isinstance(press.message, Message) else None
        if not data or (update.effective_chat and update.effective_chat.type in GROUPS):
            return
        if data == DELETE:
            await self._sender.delete_all(place)
        elif data.startswith(MENU):
            await self._sender.replace(message, place, page(self._library, data[len(MENU) :]))
        elif data.startswith(IN_PLACE):
            await self._browse(data[len(IN_PLACE) :], message, update)
        else:
            await self._answer(data, update, context)

    async def _browse(self, target: str, message: Message | None, update: Update) -> None:
        """Show an answer in place of a message. What isn't one goes below: steps that save a life stay in sight."""
        for reply in await self._replies(update, button=target):
            made = shown(reply, self._sender.phrases_of(reply), self._heading(reply), in_place=True)
            back = way_back(self._library, reply.answer) if reply.answer else None
            await self._sender.replace(message if reply.answer else None, place_of(update), with_button(made, back))
            message = None

    # Who blocks, and what fails

    async def _membership(self, update: Update, context: Context) -> None:
        """Forget who blocks the bot. Who starts it gets their answer to /start, which comes with it."""
        change = update.my_chat_member
        assert change is not None
        if change.chat.type in GROUPS:
            await self._groups.membership(update, context)
        elif change.chat.type == ChatType.PRIVATE and not is_inside(change.new_chat_member):
            await self._leave(update)

    async def _leave(self, update: Update) -> None:
        await self._assistant.forget(conversation_of(update))
        self._sender.traces.forget(conversation_of(update))

    async def _failure(self, update: object, context: Context) -> None:
        """Say that something went wrong, or why an answer is refused."""
        error, known = context.error, update if isinstance(update, Update) and update.effective_chat else None
        if isinstance(error, Forbidden) and known:
            await self._leave(known)  # Blocked, or the account is gone: nobody is there.
        elif isinstance(error, Refused) and known:
            with speaking(error.language):
                await self._sender.phrase(place_of(known), error.reason.phrase)
        elif not isinstance(error, BadRequest):  # Sender logs what Telegram refuses.
            logger.error("An update of Telegram could not be handled: %s.", type(error).__name__)
            if known:
                await self._sender.phrase(place_of(known), "error")

    # What they get

    async def _replies(self, update: Update, text: str = "", button: Target | str | None = None) -> list[Reply]:
        """Have the assistant answer.

        Raises:
            Refused: it won't, or can't.
        """
        message = update.message or update.edited_message
        about = quoted_answer(self._library, message.reply_to_message) if message and text else None
        said = Said(conversation_of(update), CHANNEL, text, button, about=about, language=spoken())
        return await self._sender.typing(place_of(update), self._think(said))

    async def _think(self, said: Said) -> list[Reply]:
        if URGENT.get():
            return await self._assistant.reply(said)
        async with self._thinking:
            return await self._assistant.reply(said)

    def _heading(self, reply: Reply) -> str:
        """Return the title of an answer: a button that was pressed leaves no words in the chat."""
        known = reply.answer and reply.answer.answer_id in self._library
        there = self._in_english.in_language(reply.language or ENGLISH)
        return there.title(reply.answer) if reply.answer and known else ""
