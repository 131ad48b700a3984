"""The channel: connects with Telegram when the server starts, and disconnects when it stops."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import SecretStr
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from telegram.error import InvalidToken, TelegramError

from bot.channels.messages import no_emergency, no_notice
from bot.channels.telegram.api import WANTED, Bot, patiently
from bot.channels.telegram.updates import CHANNEL, Updates
from bot.content.library import Library
from bot.conversation.limits import Limits
from bot.privacy.store import forget_conversation

API_URL = "https://api.telegram.org"
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  A header's name.
_SECONDS_TO_FINISH = 10

logger = logging.getLogger(__name__)


class TelegramChannel(InputChannel):
    """Telegram: fetches updates by long polling, or is sent them if it has an address (`webhook_url`)."""

    def __init__(
        self,
        token: SecretStr,
        library: Library,
        api_url: str = API_URL,
        webhook_url: str = "",
        most_characters: int = 1000,
        say: Callable[[str], None] = logger.info,
        emergency: Callable[[str], dict[str, Any] | None] = no_emergency,
        limits: Limits | None = None,
        notice_due: Callable[[str, str], Awaitable[bool]] = no_notice,
    ) -> None:
        self._emergency = emergency
        self._limits = limits or Limits()
        self._notice_due = notice_due
        self._token = token
        self._library = library
        self._api_url = api_url
        self._webhook_url = webhook_url
        self._most_characters = most_characters
        self._say = say
        self._updates: Updates | None = None
        self._work: asyncio.Task[None] | None = None

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TelegramChannel:
        """Make the channel as `rasa run` does, from credentials.yml: `token`, and any other setting."""
        settings = dict(credentials or {})
        library = Library()
        library.watch()
        return cls(SecretStr(settings.pop("token")), library, **settings)

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its path."""
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes: the webhook, if there is one. The connection starts and stops with the server."""
        routes = Blueprint(CHANNEL)

        @routes.listener("after_server_start")
        async def start(app: Sanic, _: Any) -> None:
            self._work = asyncio.create_task(self._connect(app, on_new_message))

        @routes.listener("before_server_stop")
        async def stop(app: Sanic, _: Any) -> None:
            assert self._work is not None
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work

        if self._webhook_url:

            @routes.post("/webhook")
            async def webhook(request: Request) -> HTTPResponse:
                return self._webhook(request)

        return routes

    async def _connect(self, app: Sanic, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> None:
        """Work until cancelled, or until Telegram refuses the token."""

        async def forget(conversation: str) -> None:
            await forget_conversation(app.ctx.agent, conversation)

        bot = Bot(self._token.get_secret_value(), self._api_url)
        try:
            await patiently(bot.initialize)
            updates = Updates(
                bot, self._library, self._most_characters, on_new_message, forget,
                self._emergency, self._limits, self._notice_due,
            )  # fmt: skip
            self._updates = updates
            await self._introduce(bot)
            if self._webhook_url:
                await self._be_sent_updates(bot)
            else:
                await self._fetch_updates(bot, updates)
        except InvalidToken:
            self._say("Telegram doesn't know this TELEGRAM_TOKEN. Copy it anew from @BotFather; the web chat runs on.")
        finally:
            if self._updates:
                await self._updates.finish(_SECONDS_TO_FINISH)
            with contextlib.suppress(TelegramError):
                await bot.shutdown()

    async def _introduce(self, bot: Bot) -> None:
        try:
            await bot.introduce(self._library)
        except TelegramError as error:  # It can talk all the same.
            logger.warning("Telegram didn't take the commands and descriptions (%s).", type(error).__name__)

    async def _fetch_updates(self, bot: Bot, updates: Updates) -> None:
        await patiently(bot.delete_webhook)
        self._say(f"Telegram: @{bot.username} answers (long polling)")
        async for update in bot.poll():
            updates.take(update)

    async def _be_sent_updates(self, bot: Bot) -> None:
        await patiently(
            lambda: bot.set_webhook(self._webhook_url, allowed_updates=WANTED, secret_token=self._webhook_secret())
        )
        self._say(f"Telegram: @{bot.username} answers (webhook {self._webhook_url})")
        await asyncio.Event().wait()

    def _webhook_secret(self) -> str:
        """Return what Telegram has to show. Made from the token, so that all replicas expect the same."""
        return hmac.new(self._token.get_secret_value().encode(), b"webhook", hashlib.sha256).hexdigest()

    def _webhook(self, request: Request) -> HTTPResponse:
        """Take an update. Any other answer than 200 makes Telegram send it again."""
        shown = request.headers.get(_SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(shown, self._webhook_secret().encode()):
            return empty(403)
        if self._updates is None:
            return empty(503)
        with contextlib.suppress(ValueError):
            update = json.loads(request.body)
            if isinstance(update, dict):
                self._updates.take(update)
        return empty(200)
