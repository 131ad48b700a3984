"""Where an update comes from and its answer goes: a chat, perhaps a topic in it, and its conversation's name."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update

from bot.content.languages import ENGLISH, languages
from bot.privacy.pseudonyms import pseudonym

CHANNEL = "telegram"


@dataclass(frozen=True)
class Place:
    """A chat, and the topic in it if it has topics."""

    chat_id: int
    topic_id: int | None = None

    @property
    def conversation(self) -> str:
        """What the chat's conversation is called inside."""
        return pseudonym(CHANNEL, str(self.chat_id))


def place_of(update: Update) -> Place:
    """Return where an update comes from; its topic only if the chat has topics, for a thread of replies is none."""
    assert update.effective_chat is not None  # Turns lets no other through.
    message = update.effective_message
    in_topic = isinstance(message, Message) and message.is_topic_message
    return Place(update.effective_chat.id, message.message_thread_id if message and in_topic else None)


def conversation_of(update: Update) -> str:
    """Return what the conversation of an update's chat is called inside."""
    return place_of(update).conversation


def language_of(update: Update) -> str:
    """Return the code of the language that someone's Telegram is in, if it is one of ours; else of English."""
    user = update.effective_user
    code = (user.language_code or "").partition("-")[0].lower() if user else ""
    return code if code in languages() else ENGLISH


def message_of(update: Update) -> Message:
    """Return the message that is new, or was changed."""
    message = update.message or update.edited_message
    assert message is not None
    return message
