"""Groups: the bot reads nothing there, and says where to write; to someone in danger also what to do at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import ChatMember, Message, MessageEntity, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import CallbackContext

from bot.channels.telegram.api import Bot
from bot.channels.telegram.places import message_of, place_of
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.showing import Shown, messages, one_button
from bot.channels.telegram.turns import URGENT, Seen
from bot.content.languages import spoken
from bot.content.library import Library

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_INSIDE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)
_NAMES: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]

Context = CallbackContext[Any, Any, Any, Any]


class Groups:
    """Tells groups where to write."""

    def __init__(self, bot: Bot, library: Library, sender: Sender) -> None:
        self._bot = bot
        self._library = library
        self._sender = sender
        self._told = Seen()

    async def membership(self, update: Update, _: Context) -> None:
        """Tell a group that takes the bot in."""
        change = update.my_chat_member
        if change and is_inside(change.new_chat_member) and not is_inside(change.old_chat_member):
            await self._tell(update)

    async def message(self, update: Update, _: Context) -> None:
        """Tell a group that speaks to the bot; someone in danger is told what to do each time."""
        message = message_of(update)
        if not self._is_spoken_to(message):
            return
        if URGENT.get():
            await self._say(update, "group_urgent")
        else:
            await self._tell(update)

    def _is_spoken_to(self, message: Message) -> bool:
        """Return whether a message names the bot, or replies to it."""
        earlier = message.reply_to_message
        if earlier and earlier.from_user and earlier.from_user.id == self._bot.id:
            return True
        parts: Mapping[Any, str] = {}
        if message.text or message.caption:
            parts = message.parse_entities(_NAMES) if message.text else message.parse_caption_entities(_NAMES)
        return any(part.lower().endswith(f"@{self._bot.username}".lower()) for part in parts.values())

    async def _tell(self, update: Update) -> None:
        """Say once that questions are for private chats."""
        if self._told.is_new(place_of(update).conversation):
            await self._say(update, "group")

    async def _say(self, update: Update, phrase: str) -> None:
        phrases = self._library.in_language(spoken()).phrases
        link = one_button(phrases["group_button"], url=f"https://t.me/{self._bot.username}")
        await self._sender.send(place_of(update), Shown(messages(phrases[phrase]), link))


def is_inside(member: ChatMember | None) -> bool:
    """Return whether a member is in the chat."""
    return member is not None and member.status in _INSIDE
