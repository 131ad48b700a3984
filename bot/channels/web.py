"""The web chat's server side: a message or a button in, replies as JSON out. No cookies, no addresses, no log.

`POST …/message` takes `{"conversation": key or null, "text": …}` or `{…, "button": …}` and returns
`{"conversation": key, "replies": […]}`. `POST …/forget` takes `{"conversation": key}`. Errors are `{"error": code,
"message": a sentence for the person}`. The key is made here, 128 bits; without one a new conversation begins. Rasa
gets to see neither the key nor anything else of the request but the text or the button.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.messages import Replies, button_message, text_message
from bot.privacy.limits import Full, Limits, TooMany
from bot.privacy.pseudonyms import pseudonym
from bot.privacy.store import forget_conversation, forgetting_store

_KEY = re.compile(r"[0-9a-f]{32}")
_MOST_BYTES = 32_768
_SECONDS_FOR_A_REPLY = 20
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-accel-buffering": "no",
}

logger = logging.getLogger(__name__)


class WrongRequest(Exception):
    """A request that can't be served: HTTP status, a code for programs, the phrase for the person."""

    def __init__(self, status: int, code: str, phrase: str) -> None:
        super().__init__(code)
        self.status, self.code, self.phrase = status, code, phrase


async def _never(conversation: str, text: str) -> bool:
    return False


class WebChannel(InputChannel):
    """The channel that the page and the widget talk to.

    Args:
        phrases: the small texts around answers.
        most_characters: how long a message may be.
        limits: how much one may ask.
        screen: says whether a text is urgent; such a one is refused for neither its length nor the number of messages.
        notice_due: says whether the author of a text, given the conversation, is to be told that names aren't needed.
    """

    def __init__(
        self,
        phrases: Callable[[], dict[str, str]],
        most_characters: int = 1000,
        limits: Limits | None = None,
        screen: Callable[[str], bool] = lambda text: False,
        notice_due: Callable[[str, str], Awaitable[bool]] = _never,
    ) -> None:
        self._phrases = phrases
        self._most_characters = most_characters
        self._limits = limits or Limits()
        self._screen = screen
        self._notice_due = notice_due

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        """Make the channel as `rasa run` does, from credentials.yml."""
        return cls(**(credentials or {}))

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its path."""
        return "chat"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("chat")

        @routes.post("/message")
        async def message(request: Request) -> HTTPResponse:
            return await self._answering(self._message(request, on_new_message))

        @routes.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            return await self._answering(self._forget(request))

        @routes.after_server_start
        async def conversations_are_forgotten(app: Any, _: Any) -> None:
            forgetting_store(app.ctx.agent)

        return routes

    async def _answering(self, work: Awaitable[dict[str, Any]]) -> HTTPResponse:
        """Return what the work makes as JSON; whatever goes wrong becomes a sentence for the person."""
        try:
            return _json(await work)
        except WrongRequest as wrong:
            error = wrong
        except TooMany:
            error = WrongRequest(429, "too_many", "too_many")
        except Full:
            error = WrongRequest(503, "busy", "busy")
        except asyncio.TimeoutError:
            error = WrongRequest(503, "timeout", "busy")
        except Exception as failure:
            logger.error("A message could not be answered:", exc_info=failure)
            error = WrongRequest(500, "failed", "error")
        return _json({"error": error.code, "message": self._phrases()[error.phrase]}, error.status)

    async def _message(
        self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> dict[str, Any]:
        body = _body(request)
        key = _conversation(body) or secrets.token_hex(16)
        conversation = pseudonym(self.name(), key)
        text, button = body.get("text"), body.get("button")
        replies = Replies()
        if isinstance(button, str) and button:
            message, urgent = button_message(button, conversation, self.name(), replies), False
        elif isinstance(text, str):
            message, urgent = text_message(text, conversation, self.name(), replies), self._screen(text)
        else:
            raise WrongRequest(400, "no_text", "empty")
        self._admit(request, message, urgent)
        with self._limits.place(urgent):
            await asyncio.wait_for(on_new_message(message), _SECONDS_FOR_A_REPLY)
        if not replies.replies:
            raise WrongRequest(500, "no_reply", "error")
        if isinstance(text, str) and not replies.urgent and await self._notice_due(conversation, text):
            replies.add_note(self._phrases()["no_need_to_tell"])
        return {"conversation": key, "replies": replies.replies}

    def _admit(self, request: Request, message: UserMessage, urgent: bool) -> None:
        """Refuse what is empty, too long or too much, unless it is urgent."""
        if not message.text:
            raise WrongRequest(400, "no_text", "empty")
        try:
            self._limits.count(message.sender_id, request.remote_addr or request.ip)
        except TooMany:
            if not urgent:
                raise
        if len(message.text) > self._most_characters and not urgent:
            raise WrongRequest(413, "too_long", "too_long")

    async def _forget(self, request: Request) -> dict[str, Any]:
        key = _conversation(_body(request))
        if key:
            await forget_conversation(request.app.ctx.agent, pseudonym(self.name(), key))
        return {"message": self._phrases()["forgotten"]}


def _body(request: Request) -> dict[str, Any]:
    if len(request.body) > _MOST_BYTES:
        raise WrongRequest(413, "too_long", "too_long")
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise WrongRequest(400, "not_json", "error")
    return body


def _conversation(body: dict[str, Any]) -> str | None:
    key = body.get("conversation")
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise WrongRequest(400, "wrong_conversation", "error")
    return key


def _json(data: dict[str, Any], status: int = 200) -> HTTPResponse:
    return HTTPResponse(
        json.dumps(data, ensure_ascii=False), status, headers=_HEADERS, content_type="application/json; charset=utf-8"
    )
