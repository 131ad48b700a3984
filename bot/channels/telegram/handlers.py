"""What an update of Telegram gets: an answer, or a deliberate silence. docs/telegram.md has the table."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Mapping
from typing import Any

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.constants import ChatAction, ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext.filters import StatusUpdate

from bot.channels.telegram.api import Bot
from bot.channels.telegram.browsing import SERVICES, page, way_back
from bot.channels.telegram.lanes import Lanes, Seen
from bot.channels.telegram.showing import IN_PLACE, MENU, Shown, address_in, messages, shown
from bot.content.library import Library
from bot.content.reply import Reply, Target
from bot.conversation.assistant import Assistant, Refused, Said
from bot.privacy.pseudonyms import pseudonym

CHANNEL = "telegram"
_GREETING = "chat/greet"
_ANSWER_OF = {"start": _GREETING, "help": "chat/help", "emergency": "urgent/overdose", "privacy": "chat/privacy"}
_MENU_OF = {"topics": "", "services": SERVICES}
_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(\S+))?\s*")
_WHAT_MATTERS = ("message_id", "date", "edit_date", "from", "chat", "text", "caption")
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_INSIDE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)
_MOST_WAITING = 20
"""How many updates of one chat may wait; whoever sends faster is told so once, and the rest is passed over."""
_MOST_THINKING = 32
"""How many messages Rasa works on at once: all share one processor, so more at once only makes each slower."""
_SECONDS_OF_TYPING = 4

logger = logging.getLogger(__name__)


class Updates:
    """Takes Telegram's updates and sees to each of them, once."""

    def __init__(self, bot: Bot, library: Library, assistant: Assistant) -> None:
        self._bot = bot
        self._library = library
        self._assistant = assistant
        self._seen = Seen()
        self._told_groups = Seen()
        self._lanes = Lanes()
        self._thinking = asyncio.Semaphore(_MOST_THINKING)

    def take(self, data: Mapping[str, Any]) -> None:
        """Take an update as Telegram sent it, and return at once: the work is done later."""
        try:
            update = _read(data, self._bot)
            chat = update.effective_chat
        except Exception as error:  # noqa: BLE001  What can't be read now can't be read when it is sent again either.
            logger.warning("An update of Telegram could not be read (%s).", type(error).__name__)
            return
        if not self._seen.is_new(update.update_id):
            return
        if update.callback_query:
            press = update.callback_query
            self._lanes.put_aside(lambda: self._stop_spinning(press))
        if chat is None or chat.type == ChatType.CHANNEL:
            return
        waiting = self._lanes.length(chat.id)
        if waiting < _MOST_WAITING or self._is_urgent(update):
            self._lanes.put(chat.id, lambda: self._see_to(update, chat))
        elif waiting == _MOST_WAITING and chat.type == ChatType.PRIVATE:
            self._lanes.put(chat.id, lambda: self._say_phrase(chat, "busy"))

    async def finish(self, seconds: float) -> None:
        """Wait for all work to be done, but no longer than `seconds`."""
        await self._lanes.finish(seconds)

    async def _see_to(self, update: Update, chat: Chat) -> None:
        """Give an update what it is due, whatever goes wrong."""
        try:
            if chat.type in _GROUPS:
                await self._in_group(update, chat)
            elif update.callback_query:
                await self._pressed(update.callback_query, chat)
            elif update.my_chat_member:
                await self._started_or_blocked(update.my_chat_member, chat)
            elif update.message or update.edited_message:
                await self._told(update, chat)
        except Forbidden:
            await self._assistant.forget(
                _conversation(chat)
            )  # Blocked, or the account is gone: nobody is there to talk with.
        except Refused as refused:
            await self._say_phrase(chat, refused.reason.phrase)
        except BadRequest as error:
            logger.warning("Telegram refused a message (%s).", type(error).__name__)
        except Exception as error:  # noqa: BLE001  Nobody may be left without a reply.
            logger.error("An update of Telegram could not be seen to: %s.", type(error).__name__)
            await self._say_phrase(chat, "error")

    # What people write

    async def _told(self, update: Update, chat: Chat) -> None:
        message = update.effective_message
        assert message is not None
        if message.from_user and message.from_user.is_bot:
            return
        text = _words(message)
        if text is None and (update.edited_message or StatusUpdate.ALL.check_update(update)):
            return  # A place that moves on, or a notice of Telegram's own, such as a new picture of the chat.
        if message.text is None and not update.edited_message:
            await self._say_phrase(chat, "text_only")
        if text is None:
            return
        command = _COMMAND.fullmatch(text)
        if command and message.text:
            await self._commanded(command[1].lower(), command[2] or "", text, chat)
        else:
            await self._asked(text, chat)

    async def _commanded(self, name: str, argument: str, text: str, chat: Chat) -> None:
        if name in _MENU_OF:
            await self._send(chat, page(self._library, _MENU_OF[name]))
        elif name == "forget":
            await self._assistant.forget(_conversation(chat))
            await self._say_phrase(chat, "forgotten")
        elif name in _ANSWER_OF:
            linked = self._linked(argument) if name == "start" and argument else None
            await self._answer(linked or _ANSWER_OF[name], chat)
        else:
            await self._asked(text, chat)

    def _linked(self, word: str) -> str | None:
        """Return the answer that a link t.me/…?start=word means: `drug_checking` or `service-drug_checking`."""
        address = word.replace("-", "/")
        names = [answer.id for answer in self._library if address in (answer.id, answer.id.partition("/")[2])]
        return names[0] if len(names) == 1 else None

    def _is_urgent(self, update: Update) -> bool:
        message = update.effective_message
        text = (message.text or message.caption) if message else None
        return bool(text and self._assistant.danger_in(text))

    async def _asked(self, text: str, chat: Chat) -> None:
        for reply in await self._replies(chat, text=text):
            await self._send(chat, shown(reply, self._library.phrases))

    async def _answer(self, target: Target | str, chat: Chat) -> None:
        """Send the answer that a command or a button stands for."""
        for reply in await self._replies(chat, button=target):
            await self._send(chat, shown(reply, self._library.phrases, self._heading(reply)))

    async def _replies(self, chat: Chat, text: str = "", button: Target | str | None = None) -> list[Reply]:
        """Have the assistant answer, and show meanwhile that it is at it.

        Raises:
            Refused: it won't, or can't.
        """
        thinking = asyncio.ensure_future(self._think(Said(_conversation(chat), CHANNEL, text, button)))
        try:
            while not thinking.done():
                with contextlib.suppress(TelegramError):
                    await self._bot.send_chat_action(chat.id, ChatAction.TYPING, read_timeout=2, connect_timeout=2)
                await asyncio.wait({thinking}, timeout=_SECONDS_OF_TYPING)
            return await thinking
        finally:
            thinking.cancel()

    async def _think(self, said: Said) -> list[Reply]:
        async with self._thinking:
            return await self._assistant.reply(said)

    # What people press

    async def _pressed(self, press: CallbackQuery, chat: Chat) -> None:
        """Answer a button; one of /topics changes the message that it is under."""
        data = press.data if isinstance(press.data, str) else ""
        message = press.message if isinstance(press.message, Message) else None
        if data.startswith(MENU):
            await self._replace(message, chat, page(self._library, data[len(MENU) :]))
        elif data.startswith(IN_PLACE):
            await self._browse(address_in(data[len(IN_PLACE) :], self._library), message, chat)
        elif data:
            await self._answer(address_in(data, self._library), chat)

    async def _browse(self, target: str, message: Message | None, chat: Chat) -> None:
        for reply in await self._replies(chat, button=target):
            made = shown(reply, self._library.phrases, self._heading(reply), in_place=True)
            back = way_back(self._library, reply.answer) if reply.answer else None
            await self._replace(message, chat, _with_button(made, back))
            message = None

    def _heading(self, reply: Reply) -> str:
        """Return the title of an answer: a button that was pressed leaves no words in the chat."""
        known = reply.answer and reply.answer.answer_id in self._library
        return self._library.title(reply.answer) if reply.answer and known else ""

    async def _stop_spinning(self, press: CallbackQuery) -> None:
        with contextlib.suppress(TelegramError):  # It may have been pressed long ago.
            await self._bot.answer_callback_query(press.id)

    # Where people are

    async def _started_or_blocked(self, change: ChatMemberUpdated, chat: Chat) -> None:
        """Forget who blocks the bot. Who starts it gets their answer to /start, which comes with it."""
        if not _inside(change.new_chat_member):
            await self._assistant.forget(_conversation(chat))

    async def _in_group(self, update: Update, chat: Chat) -> None:
        """Say once, when added or spoken to, that questions are for private chats; read nothing else."""
        change = update.my_chat_member
        added = change and _inside(change.new_chat_member) and not _inside(change.old_chat_member)
        if (added or self._is_meant(update.message)) and self._told_groups.is_new(_conversation(chat)):
            phrases = self._library.phrases
            button = InlineKeyboardButton(phrases["group_button"], url=f"https://t.me/{self._bot.username}")
            await self._send(chat, Shown(messages(phrases["group"]), InlineKeyboardMarkup([[button]])))

    def _is_meant(self, message: Message | None) -> bool:
        if message is None:
            return False
        earlier = message.reply_to_message
        replied = bool(earlier and earlier.from_user and earlier.from_user.id == self._bot.id)
        return replied or f"@{self._bot.username}".lower() in (_words(message) or "").lower()

    # What people get

    async def _say_phrase(self, chat: Chat, phrase: str) -> None:
        """Say one of the small texts; if even that can't be sent, there is nothing more to do."""
        with contextlib.suppress(TelegramError):
            await self._send(chat, Shown(messages(self._library.phrases[phrase])))

    async def _send(self, chat: Chat, what: Shown) -> None:
        for text in what.texts:
            keyboard = what.keyboard if text is what.texts[-1] else None
            await self._bot.send_message(chat.id, text, reply_markup=keyboard)

    async def _replace(self, message: Message | None, chat: Chat, what: Shown) -> None:
        """Show something in place of a message; below it if that is gone, or if it doesn't fit into one."""
        if message is None or len(what.texts) > 1:
            await self._send(chat, what)
            return
        try:
            await message.edit_text(what.texts[0], reply_markup=what.keyboard)
        except BadRequest as refusal:
            if "not modified" not in str(refusal).lower():
                await self._send(chat, what)


def _read(data: Mapping[str, Any], bot: Bot) -> Update:
    """Read an update. Of a message with a part that python-telegram-bot can't read, what matters is read all the same.

    It refuses a poll in which a field of the newest Bot API is missing, for example, and so any reply to that poll.
    """
    try:
        return Update.de_json(dict(data), bot)
    except Exception:
        kind = next((kind for kind in ("message", "edited_message") if kind in data), None)
        if kind is None:
            raise
        bare = {name: value for name, value in data[kind].items() if name in _WHAT_MATTERS}
        return Update.de_json({"update_id": data["update_id"], kind: bare}, bot)


def _words(message: Message) -> str | None:
    """Return what a message says in words; python-telegram-bot doesn't look whether a text is one."""
    return next((text for text in (message.text, message.caption) if isinstance(text, str)), None)


def _inside(member: ChatMember | None) -> bool:
    return member is not None and member.status in _INSIDE


def _conversation(chat: Chat) -> str:
    return pseudonym(CHANNEL, str(chat.id))


def _with_button(what: Shown, button: tuple[str, str] | None) -> Shown:
    if button is None:
        return what
    rows = what.keyboard.inline_keyboard if what.keyboard else ()
    return Shown(what.texts, InlineKeyboardMarkup([*rows, [InlineKeyboardButton(button[0], callback_data=button[1])]]))
