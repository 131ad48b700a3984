"""Makes what Telegram sends readable for python-telegram-bot, which refuses a whole batch for one odd field."""

from __future__ import annotations

import logging
from collections.abc import Collection, Container
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

_WHAT_MATTERS = ("message_id", "date", "chat", "text", "caption")
_WHAT_HELPS = (*_WHAT_MATTERS, "edit_date", "from", "entities", "is_topic_message", "message_thread_id")
_WORDS = ("text", "caption")
_SENT: dict[str, Any] = {"message_id": 0, "date": 0, "chat": {"id": 0, "type": "private"}}
"""Stands for each message that was sent: it is in the chat, and nobody reads more of it here than its id."""

logger = logging.getLogger(__name__)


class Fetching(HTTPXRequest):
    """Fetches updates; those that can't be read are replaced by as much of them as can.

    Args:
        known: the ids of updates that were fetched before. Reading takes time, so they are left out.
        settings: those of the library's own class.
    """

    def __init__(self, known: Container[object], **settings: Any) -> None:
        super().__init__(**settings)
        self._known = known

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        """Return Telegram's response.

        Raises:
            TelegramError: it is none.
        """
        response = _response(payload)
        if "result" in response:
            if not isinstance(response["result"], list):
                raise TelegramError("Invalid server response")
            new = [update for update in response["result"] if _id_of(update) not in self._known]
            response["result"] = [kept for update in new if (kept := readable(update))]
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
        if not isinstance(sent, dict) or "message_id" not in sent:
            return response
        message_id = sent["message_id"] if isinstance(sent["message_id"], int) else 0
        return {**response, "result": {**_SENT, "message_id": message_id}}


def readable(update: object) -> dict[str, Any] | None:
    """Return as much of an update as can be read, at least its id; None if it has none.

    Of a message with a part that can't be read, what matters is kept. python-telegram-bot refuses a poll in which a
    field of the newest Bot API is missing, for example, and so any reply to that poll.
    """
    if not isinstance(update, dict) or _id_of(update) is None:
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


def _id_of(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None


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
