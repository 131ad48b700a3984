"""The web chat's server side: a message or a button in, replies as JSON out. No cookies, no addresses, no log.

`POST …/message` takes `{"conversation": key or null, "text": …}` or `{…, "button": …}` and returns
`{"conversation": key, "replies": […]}`. `POST …/forget` takes `{"conversation": key}`. Errors are `{"error": code,
"message": a sentence for the person}`. The key is made here, 128 bits; without one a new conversation begins.
A message with an `id` may be sent again when its reply was lost: it is handled once. The assistant gets to see neither
the key nor anything else of the request but the text or the button. All of it: docs/openapi.yml.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Collection
from enum import Enum
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.web.origins import cors_headers, is_allowed
from bot.channels.web.sends import Sends
from bot.content.languages import ENGLISH
from bot.content.library import library
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Reason, Refused, Said
from bot.privacy.pseudonyms import pseudonym

_KEY = re.compile(r"[0-9a-f]{32}")
_METHODS = {"access-control-allow-methods": "POST", "access-control-allow-headers": "content-type"}
_MOST_BYTES = 32_768
_SIZE = 4096
"""Replies are as long as this, or a multiple of it."""
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_STATUS = {
    Reason.EMPTY: 400,
    Reason.TOO_LONG: 413,
    Reason.TOO_MANY: 429,
    Reason.BUSY: 503,
    Reason.TIMEOUT: 503,
    Reason.NO_REPLY: 500,
    Reason.FAILED: 500,
}

logger = logging.getLogger(__name__)


class Malformed(Enum):
    """What can be wrong with a request itself: the code for programs."""

    NOT_JSON = "not_json"
    WRONG_CONVERSATION = "wrong_conversation"
    WRONG_ID = "wrong_id"
    FOREIGN_ORIGIN = "foreign_origin"


class WrongRequest(Exception):
    """A request that can't be read."""

    def __init__(self, what: Malformed) -> None:
        super().__init__(what.value)
        self.what = what


class WebChannel(InputChannel):
    """The channel that the page and the widget use.

    Args:
        assistant: what answers.
        allowed_origins: the websites that may use it, beside the server's own pages.
        remember_seconds: how long a reply can be asked for again.
    """

    def __init__(
        self, assistant: Assistant, allowed_origins: Collection[str] = (), remember_seconds: float = 120
    ) -> None:
        self._assistant = assistant
        self._allowed_origins = allowed_origins
        self._sends = Sends(remember_seconds)
        self._has_refused_a_page = False

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its path."""
        return "chat"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes; what Rasa offers to hand messages to isn't needed."""
        routes = Blueprint("chat")

        @routes.post("/message")
        async def message(request: Request) -> HTTPResponse:
            return await self._answering(request, lambda: self._message(request))

        @routes.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            return await self._answering(request, lambda: self._forget(request))

        @routes.options("/message")
        @routes.options("/forget")
        async def may_send(request: Request) -> HTTPResponse:
            if not is_allowed(request, self._allowed_origins):
                return HTTPResponse(status=403, headers=_HEADERS)
            return HTTPResponse(status=204, headers={**_HEADERS, **_METHODS, **cors_headers(request)})

        return routes

    async def _answering(self, request: Request, work: Callable[[], Awaitable[dict[str, Any]]]) -> HTTPResponse:
        """Return what the work makes as JSON, for a site on the list; what goes wrong becomes a sentence."""
        if not is_allowed(request, self._allowed_origins):
            self._say_once_that_pages_are_refused()
            return _error(Malformed.FOREIGN_ORIGIN.value, 403)
        try:
            response = _json(await work())
        except WrongRequest as wrong:
            response = _error(wrong.what.value, 400)
        except Refused as refused:
            response = _error(refused.reason.code, _STATUS[refused.reason], refused.sentence)
        except Exception as failure:  # Nobody may be left without a reply.
            logger.error("A request could not be answered:", exc_info=failure)
            response = _error(Reason.FAILED.code, 500)
        response.headers.update(cors_headers(request))
        return response

    def _say_once_that_pages_are_refused(self) -> None:
        """Help an operator whose own pages are refused, since a proxy in front changes the host."""
        if not self._has_refused_a_page:
            logger.warning(
                "A page was refused: it is neither the server's own nor in ALLOWED_ORIGINS. If it is your own, the "
                "proxy in front must pass `Host` on (docs/settings.md). This is said once."
            )
        self._has_refused_a_page = True

    async def _message(self, request: Request) -> dict[str, Any]:
        body = _body(request)
        key, send = _key(body, "conversation", Malformed.WRONG_CONVERSATION), _key(body, "id", Malformed.WRONG_ID)
        conversation = key or _begun_by(send)
        if self._sends.knows(conversation, send) and await self._assistant.was_erased(
            pseudonym(self.name(), conversation)
        ):
            self._sends.forget(conversation)
        address = request.remote_addr or request.ip
        return await self._sends.once(conversation, send, lambda: self._reply(body, conversation, address))

    async def _reply(self, body: dict[str, Any], key: str, address: str) -> dict[str, Any]:
        text, button, language = body.get("text"), body.get("button"), body.get("language")
        said = Said(
            pseudonym(self.name(), key),
            self.name(),
            text if isinstance(text, str) else "",
            button if isinstance(button, str) and button else None,
            address,
            language=language if isinstance(language, str) else ENGLISH,
        )
        replies = await self._assistant.reply(said)
        return {"conversation": key, "replies": [reply.as_json() for reply in replies]}

    async def _forget(self, request: Request) -> dict[str, Any]:
        body = _body(request)
        key, send = _key(body, "conversation", Malformed.WRONG_CONVERSATION), _key(body, "id", Malformed.WRONG_ID)
        if key or send:
            conversation = key or _begun_by(send)
            self._sends.forget(conversation)
            await self._assistant.erase(pseudonym(self.name(), conversation))
        return {"message": library().phrases["forgotten"]}


def _body(request: Request) -> dict[str, Any]:
    if len(request.body) > _MOST_BYTES:
        raise Refused(Reason.TOO_LONG)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise WrongRequest(Malformed.NOT_JSON)
    return body


def _key(body: dict[str, Any], name: str, wrong: Malformed) -> str | None:
    key = body.get(name)
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise WrongRequest(wrong)
    return key


def _begun_by(send: str | None) -> str:
    """Return the key of the conversation that a message begins: by its id, the same in all processes; or at random."""
    return pseudonym("begun by", send)[:32] if send else secrets.token_hex(16)


def _error(code: str, status: int, sentence: str = "") -> HTTPResponse:
    return _json({"error": code, "message": sentence or library().phrases["error"]}, status)


def _json(data: dict[str, Any], status: int = 200) -> HTTPResponse:
    body = padded(json.dumps(data, ensure_ascii=False).encode())
    return HTTPResponse(body, status, headers=_HEADERS, content_type="application/json; charset=utf-8")


def padded(body: bytes) -> bytes:
    """Return a body with spaces behind it, up to a size that nearly all replies have.

    Whoever sees the encrypted traffic sees how long a reply is, and nearly every answer has a length of its own.
    """
    return body.ljust(-(-len(body) // _SIZE) * _SIZE)
