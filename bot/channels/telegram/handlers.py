"""What an update of Telegram gets: an answer, or a deliberate silence. docs/telegram.md has the table."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from collections.abc import Callable
from typing import Any

from telegram import Chat, ChatMember, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
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

from bot.channels.telegram.api import Bot
from bot.channels.telegram.browsing import SERVICES, page, way_back
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.showing import IN_PLACE, MENU, Shown, messages, shown
from bot.channels.telegram.turns import Seen
from bot.content.library import Library
from bot.content.reply import Reply, Target
from bot.conversation.assistant import Assistant, Refused, Said
from bot.privacy.pseudonyms import pseudonym

CHANNEL = "telegram"
_GREETING = "chat/greet"
_ANSWER_OF = {"help": "chat/help", "emergency": "urgent/overdose", "privacy": "chat/privacy"}
_MENU_OF = {"topics": "", "services": SERVICES}
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_INSIDE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)
_MOST_THINKING = 32
"""How many messages Rasa works on at once: all share one processor, so more at once only makes each slower."""

Context = CallbackContext[Any, Any, Any, Any]

logger = logging.getLogger(__name__)


class _FromABot(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return bool(message.from_user and message.from_user.is_bot)


_PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGES & ~_FromABot()
_NEW = filters.UpdateType.MESSAGE
_ALONE = filters.Regex(re.compile(r"/\S+(\s+\S+)?\s*$"))
"""A command with one word at most: what has more is a message that begins with a slash."""


class Handlers:
    """Answers people in Telegram."""

    def __init__(self, bot: Bot, library: Library, assistant: Assistant) -> None:
        self._bot = bot
        self._library = library
        self._assistant = assistant
        self._sender = Sender(bot, library)
        self._told_groups = Seen()
        self._thinking = asyncio.Semaphore(_MOST_THINKING)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Have an application call this for the updates that get something; the first that fits is called."""
        command: Callable[..., Any] = functools.partial(CommandHandler, filters=_PRIVATE & _ALONE)
        application.add_handlers(
            [
                command("start", self._start),
                command("forget", self._forget),
                *(command(name, functools.partial(self._open_menu, group)) for name, group in _MENU_OF.items()),
                *(command(name, functools.partial(self._answer, answer)) for name, answer in _ANSWER_OF.items()),
                MessageHandler(_PRIVATE & filters.TEXT, self._text),
                MessageHandler(_PRIVATE & filters.CAPTION, self._caption),
                MessageHandler(_PRIVATE & _NEW & ~filters.StatusUpdate.ALL, self._no_words),
                MessageHandler(filters.ChatType.GROUPS & _NEW, self._group),
                CallbackQueryHandler(self._press),
                ChatMemberHandler(self._membership),
            ]
        )
        application.add_error_handler(self._failure)

    def is_urgent(self, update: Update) -> bool:
        """Return whether someone in danger wrote this, as far as the rules can tell."""
        message = update.message or update.edited_message
        words = message and (message.text or message.caption)
        return bool(words and self._assistant.danger_in(words))

    # What people write

    async def _text(self, update: Update, _: Context) -> None:
        await self._ask(update, str(_message(update).text))

    async def _caption(self, update: Update, context: Context) -> None:
        if update.message:
            await self._no_words(update, context)
        await self._ask(update, str(_message(update).caption))

    async def _no_words(self, update: Update, _: Context) -> None:
        await self._sender.phrase(_chat(update).id, "text_only")

    async def _ask(self, update: Update, text: str) -> None:
        chat_id = _chat(update).id
        for reply in await self._replies(chat_id, text=text):
            await self._sender.reply(chat_id, reply)

    # Commands

    async def _start(self, update: Update, context: Context) -> None:
        linked = self._linked(context.args[0]) if context.args else None
        await self._answer(linked or _GREETING, update, context)

    async def _forget(self, update: Update, _: Context) -> None:
        chat_id = _chat(update).id
        await self._assistant.forget(_conversation(chat_id))
        await self._sender.phrase(chat_id, "forgotten")

    async def _open_menu(self, group: str, update: Update, _: Context) -> None:
        await self._sender.send(_chat(update).id, page(self._library, group))

    async def _answer(self, target: Target | str, update: Update, _: Context) -> None:
        """Send the answer that a command or a button stands for."""
        chat_id = _chat(update).id
        for reply in await self._replies(chat_id, button=target):
            await self._sender.reply(chat_id, reply, self._heading(reply))

    def _linked(self, word: str) -> str | None:
        """Return the answer that a link t.me/…?start=word means: `drug_checking` or `service-drug_checking`."""
        address = word.replace("-", "/")
        names = [answer.id for answer in self._library if address in (answer.id, answer.id.partition("/")[2])]
        return names[0] if len(names) == 1 else None

    # What people press

    async def _press(self, update: Update, context: Context) -> None:
        """Answer a button; one of /topics changes the message that it is under."""
        press = update.callback_query
        data = press.data if press and isinstance(press.data, str) else ""
        message = press.message if press and isinstance(press.message, Message) else None
        chat = _chat(update)
        if not data or chat.type in _GROUPS:
            return
        if data.startswith(MENU):
            await self._sender.replace(message, chat.id, page(self._library, data[len(MENU) :]))
        elif data.startswith(IN_PLACE):
            await self._browse(data[len(IN_PLACE) :], message, chat.id)
        else:
            await self._answer(data, update, context)

    async def _browse(self, target: str, message: Message | None, chat_id: int) -> None:
        for reply in await self._replies(chat_id, button=target):
            made = shown(reply, self._library.phrases, self._heading(reply), in_place=True)
            back = way_back(self._library, reply.answer) if reply.answer else None
            await self._sender.replace(message, chat_id, _with_button(made, back))
            message = None

    # Where people are

    async def _membership(self, update: Update, _: Context) -> None:
        """Forget who blocks the bot. Who starts it gets their answer to /start, which comes with it."""
        change, chat = update.my_chat_member, _chat(update)
        assert change is not None
        if chat.type not in _GROUPS and not _inside(change.new_chat_member):
            await self._assistant.forget(_conversation(chat.id))
        elif chat.type in _GROUPS and _inside(change.new_chat_member) and not _inside(change.old_chat_member):
            await self._tell_group(chat.id)

    async def _group(self, update: Update, _: Context) -> None:
        """Tell a group that speaks to the bot where to write; read nothing else."""
        message = _message(update)
        earlier = message.reply_to_message
        is_answer = bool(earlier and earlier.from_user and earlier.from_user.id == self._bot.id)
        if is_answer or f"@{self._bot.username}".lower() in (message.text or message.caption or "").lower():
            await self._tell_group(_chat(update).id)

    async def _tell_group(self, chat_id: int) -> None:
        """Say once that questions are for private chats."""
        if self._told_groups.is_new(_conversation(chat_id)):
            phrases = self._library.phrases
            button = InlineKeyboardButton(phrases["group_button"], url=f"https://t.me/{self._bot.username}")
            await self._sender.send(chat_id, Shown(messages(phrases["group"]), InlineKeyboardMarkup([[button]])))

    # What they get

    async def _replies(self, chat_id: int, text: str = "", button: Target | str | None = None) -> list[Reply]:
        """Have the assistant answer.

        Raises:
            Refused: it won't, or can't.
        """
        return await self._sender.typing(chat_id, self._think(Said(_conversation(chat_id), CHANNEL, text, button)))

    async def _think(self, said: Said) -> list[Reply]:
        async with self._thinking:
            return await self._assistant.reply(said)

    def _heading(self, reply: Reply) -> str:
        """Return the title of an answer: a button that was pressed leaves no words in the chat."""
        known = reply.answer and reply.answer.answer_id in self._library
        return self._library.title(reply.answer) if reply.answer and known else ""

    async def _failure(self, update: object, context: Context) -> None:
        """Say that something went wrong, or why an answer is refused."""
        error, chat = context.error, update.effective_chat if isinstance(update, Update) else None
        if isinstance(error, Forbidden) and chat:
            await self._assistant.forget(_conversation(chat.id))  # Blocked, or the account is gone: nobody is there.
        elif isinstance(error, Refused) and chat:
            await self._sender.phrase(chat.id, error.reason.phrase)
        elif not isinstance(error, BadRequest):  # Sender logs what Telegram refuses.
            logger.error("An update of Telegram could not be handled: %s.", type(error).__name__)
            if chat:
                await self._sender.phrase(chat.id, "error")


def _chat(update: Update) -> Chat:
    assert update.effective_chat is not None  # Turns lets no other through.
    return update.effective_chat


def _message(update: Update) -> Message:
    message = update.message or update.edited_message
    assert message is not None
    return message


def _inside(member: ChatMember | None) -> bool:
    return member is not None and member.status in _INSIDE


def _conversation(chat_id: int) -> str:
    return pseudonym(CHANNEL, str(chat_id))


def _with_button(what: Shown, button: tuple[str, str] | None) -> Shown:
    if button is None:
        return what
    rows = what.keyboard.inline_keyboard if what.keyboard else ()
    return Shown(what.texts, InlineKeyboardMarkup([*rows, [InlineKeyboardButton(button[0], callback_data=button[1])]]))
