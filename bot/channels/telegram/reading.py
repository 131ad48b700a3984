"""Makes what Telegram sends readable for python-telegram-bot, which refuses a whole batch for one odd field."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

_WHAT_MATTERS = ("message_id", "date", "chat", "text", "caption")
_WHAT_HELPS = (*_WHAT_MATTERS, "edit_date", "from", "entities")
_WORDS = ("text", "caption")
_SENT: dict[str, Any] = {"message_id": 0, "date": 0, "chat": {"id": 0, "type": "private"}}
"""Stands for each message that was sent: it is in the chat, and nobody reads it here."""

logger = logging.getLogger(__name__)


class Fetching(HTTPXRequest):
    """Fetches updates; those that can't be read are replaced by as much of them as can."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return Telegram's response.

        Raises:
            TelegramError: it is none.
        """
        response = _response(payload)
        if "result" in response:
            if not isinstance(response["result"], list):
                raise TelegramError("Invalid server response")
            response["result"] = [kept for update in response["result"] if (kept := readable(update))]
        return response


class Sending(HTTPXRequest):
    """Sends. Once Telegram has taken a message, nothing in its response can make that a failure."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return Telegram's response.

        Raises:
            TelegramError: it is none.
        """
        response = _response(payload)
        sent = response.get("result")
        return {**response, "result": _SENT} if isinstance(sent, dict) and "message_id" in sent else response


def readable(update: object) -> dict[str, Any] | None:
    """Return as much of an update as can be read, at least its id; None if it has none.

    Of a message with a part that can't be read, what matters is kept. python-telegram-bot refuses a poll in which a
    field of the newest Bot API is missing, for example, and so any reply to that poll.
    """
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return None
    for part in (update, _bare(update, _WHAT_HELPS), _bare(update, _WHAT_MATTERS)):
        try:
            _read(part)
        except Exception as error:  # noqa: BLE001  What can't be read now can't be when it is sent again either.
            kind = type(error)
        else:
            return part
    logger.warning("An update of Telegram could not be read (%s).", kind.__name__)
    return {"update_id": update["update_id"]}


def _response(payload: bytes) -> dict[str, Any]:
    response = HTTPXRequest.parse_json_payload(payload)
    if not isinstance(response, dict):
        raise TelegramError("Invalid server response")
    return response


def _bare(update: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    kind = next((kind for kind in ("message", "edited_message") if isinstance(update.get(kind), dict)), None)
    if kind is None:
        return update
    kept = {name: value for name, value in update[kind].items() if name in names}
    return {
        "update_id": update["update_id"],
        kind: {name: value for name, value in kept.items() if name not in _WORDS or isinstance(value, str)},
    }


def _read(data: dict[str, Any]) -> None:
    """Raise an error if an update can't be read; python-telegram-bot doesn't look whether a text is one."""
    update = Update.de_json(data)
    message = update.message or update.edited_message
    if not all(isinstance(words, str | None) for words in (message and (message.text, message.caption)) or ()):
        raise TypeError
    hash(update.effective_chat)
