"""The web chat's server side: a message or a button in, replies as JSON out. No cookies, no addresses, no log.

`POST …/message` takes `{"conversation": key or null, "text": …}` or `{…, "button": …}` and returns
`{"conversation": key, "replies": […]}`. `POST …/forget` takes `{"conversation": key}`. Errors are `{"error": code,
"message": a sentence for the person}`. The key is made here, 128 bits; without one a new conversation begins.
A message with an `id` may be sent again when its reply was lost: it is handled once. Rasa gets to see neither the key
nor anything else of the request but the text or the button. All of it: docs/openapi.yml.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.messages import Replies, button_message, no_emergency, no_notice, text_message
from bot.channels.web.origins import cors_headers, is_allowed
from bot.channels.web.sends import Sends
from bot.content.library import library
from bot.conversation.limits import Full, Limits, TooMany
from bot.privacy.pseudonyms import pseudonym
from bot.privacy.store import forget_conversation, forgetting_store

_KEY = re.compile(r"[0-9a-f]{32}")
_METHODS = {"access-control-allow-methods": "POST", "access-control-allow-headers": "content-type"}
_MOST_BYTES = 32_768
_SECONDS_FOR_A_REPLY = 20
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

logger = logging.getLogger(__name__)


class WrongRequest(Exception):
    """A request that can't be served: HTTP status, a code for programs, the phrase for the person."""

    def __init__(self, status: int, code: str, phrase: str) -> None:
        super().__init__(code)
        self.status, self.code, self.phrase = status, code, phrase


class WebChannel(InputChannel):
    """The channel that the page and the widget talk to.

    Args:
        most_characters: how long a message may be.
        allowed_origins: the websites that may use it, beside the server's own pages.
        remember_seconds: how long a reply can be asked for again.
        limits: how much one may ask.
        emergency: returns the reply to an urgent text, None for any other. An urgent text is refused for neither its
            length nor the number of messages, and gets this reply if all else fails.
        notice_due: says whether the author of a text, given the conversation, is to be told that names aren't needed.
    """

    def __init__(
        self,
        most_characters: int = 1000,
        allowed_origins: Collection[str] = (),
        remember_seconds: float = 120,
        limits: Limits | None = None,
        emergency: Callable[[str], dict[str, Any] | None] = no_emergency,
        notice_due: Callable[[str, str], Awaitable[bool]] = no_notice,
    ) -> None:
        self._most_characters = most_characters
        self._allowed_origins = allowed_origins
        self._sends = Sends(remember_seconds)
        self._limits = limits or Limits()
        self._emergency = emergency
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
            return await self._answering(request, lambda: self._message(request, on_new_message))

        @routes.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            return await self._answering(request, lambda: self._forget(request))

        @routes.options("/message")
        @routes.options("/forget")
        async def may_send(request: Request) -> HTTPResponse:
            if not is_allowed(request, self._allowed_origins):
                return HTTPResponse(status=403, headers=_HEADERS)
            return HTTPResponse(status=204, headers={**_HEADERS, **_METHODS, **cors_headers(request)})

        @routes.after_server_start
        async def conversations_are_forgotten(app: Any, _: Any) -> None:
            forgetting_store(app.ctx.agent)

        return routes

    async def _answering(self, request: Request, work: Callable[[], Awaitable[dict[str, Any]]]) -> HTTPResponse:
        """Return what the work makes as JSON, for a site on the list; what goes wrong becomes a sentence."""
        if not is_allowed(request, self._allowed_origins):
            return _json({"error": "foreign_origin", "message": library().phrases["error"]}, 403)
        response = await self._safely(work)
        response.headers.update(cors_headers(request))
        return response

    async def _safely(self, work: Callable[[], Awaitable[dict[str, Any]]]) -> HTTPResponse:
        try:
            return _json(await work())
        except WrongRequest as wrong:
            error = wrong
        except TooMany:
            error = WrongRequest(429, "too_many", "too_many")
        except Full:
            error = WrongRequest(503, "busy", "busy")
        except asyncio.TimeoutError:
            error = WrongRequest(503, "timeout", "busy")
        except Exception as failure:  # Nobody may be left without a reply.
            logger.error("A message could not be answered:", exc_info=failure)
            error = WrongRequest(500, "failed", "error")
        return _json({"error": error.code, "message": library().phrases[error.phrase]}, error.status)

    async def _message(
        self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> dict[str, Any]:
        body = _body(request)
        conversation, send = _key(body, "conversation"), _key(body, "id")
        address = request.remote_addr or request.ip
        return await self._sends.once(
            conversation, send, lambda: self._handle(body, conversation, address, on_new_message)
        )

    async def _handle(
        self,
        body: dict[str, Any],
        key: str | None,
        address: str,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
    ) -> dict[str, Any]:
        key = key or secrets.token_hex(16)
        conversation = pseudonym(self.name(), key)
        text, button = body.get("text"), body.get("button")
        replies, emergency = Replies(), None
        if isinstance(button, str) and button:
            message = button_message(button, conversation, self.name(), replies)
        elif isinstance(text, str):
            message, emergency = text_message(text, conversation, self.name(), replies), self._emergency(text)
        else:
            raise WrongRequest(400, "no_text", "empty")
        self._admit(message, address, urgent=emergency is not None)
        try:
            with self._limits.place(emergency is not None):
                await asyncio.wait_for(on_new_message(message), _SECONDS_FOR_A_REPLY)
        except Exception as failure:
            if not emergency:
                raise
            logger.error("An urgent message got the emergency text, because answering failed:", exc_info=failure)
        if not replies.replies and emergency:
            replies.replies.append(emergency)
        if not replies.replies:
            raise WrongRequest(500, "no_reply", "error")
        if isinstance(text, str) and not replies.urgent and await self._notice_due(conversation, text):
            replies.add_note(library().phrases["no_need_to_tell"])
        return {"conversation": key, "replies": replies.replies}

    def _admit(self, message: UserMessage, address: str, urgent: bool) -> None:
        """Refuse what is empty, too long or too much, unless it is urgent."""
        if not message.text:
            raise WrongRequest(400, "no_text", "empty")
        try:
            self._limits.count(message.sender_id, address)
        except TooMany:
            if not urgent:
                raise
        if len(message.text) > self._most_characters and not urgent:
            raise WrongRequest(413, "too_long", "too_long")

    async def _forget(self, request: Request) -> dict[str, Any]:
        body = _body(request)
        conversation, send = _key(body, "conversation"), _key(body, "id")
        if not conversation and send:
            conversation = await self._sends.conversation_begun_by(send)
        if conversation:
            self._sends.forget(conversation)
            await forget_conversation(request.app.ctx.agent, pseudonym(self.name(), conversation))
        return {"message": library().phrases["forgotten"]}


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


def _key(body: dict[str, Any], name: str) -> str | None:
    key = body.get(name)
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise WrongRequest(400, f"wrong_{name}", "error")
    return key


def _json(data: dict[str, Any], status: int = 200) -> HTTPResponse:
    return HTTPResponse(
        json.dumps(data, ensure_ascii=False), status, headers=_HEADERS, content_type="application/json; charset=utf-8"
    )
