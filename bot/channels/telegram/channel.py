"""The channel: connects with Telegram when the server starts, and disconnects when it stops."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import SecretStr
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.channels.telegram.api import WANTED, Bot, patiently
from bot.channels.telegram.handlers import Handlers
from bot.channels.telegram.places import CHANNEL
from bot.channels.telegram.reading import readable
from bot.channels.telegram.turns import Turns
from bot.channels.telegram.unfinished import MOST_KEPT, Unfinished, file_of
from bot.content.languages import ENGLISH, languages
from bot.content.library import Library
from bot.conversation.assistant import Assistant

API_URL = "https://api.telegram.org"
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  A header's name.
_POLL_SECONDS = 25
_SECONDS_TO_CONFIRM = 2
_SECONDS_TO_FINISH = 10
_SECONDS_TO_HANDLE = 20
"""How long Telegram waits for a webhook's answer; it takes a chat's next update only after that."""

logger = logging.getLogger(__name__)


class TelegramChannel(InputChannel):
    """Telegram: fetches updates by long polling, or is sent them if it has an address (`webhook_url`)."""

    def __init__(
        self,
        assistant: Assistant,
        token: SecretStr,
        library: Library,
        api_url: str = API_URL,
        webhook_url: str = "",
        say: Callable[[str], None] = logger.info,
    ) -> None:
        self._assistant = assistant
        self._token = token
        self._library = library
        self._api_url = api_url
        self._webhook_url = webhook_url
        self._say = say
        bot = f"{api_url} {token.get_secret_value()}"
        self._unfinished = Unfinished(None if webhook_url else file_of(bot))  # Several processes can have a webhook.
        self._application: Application[Bot, Any, Any, Any, Any, None] | None = None
        self._work: asyncio.Task[None] | None = None
        self._introducing: asyncio.Task[None] | None = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its path."""
        return CHANNEL

    def blueprint(self, on_new_message: Any) -> Blueprint:
        """Return the routes: the webhook, if there is one. The connection starts and stops with the server."""
        routes = Blueprint(CHANNEL)

        @routes.listener("after_server_start")
        async def start(*_: Any) -> None:
            self._work = asyncio.create_task(self.run())

        @routes.listener("before_server_stop")
        async def stop(*_: Any) -> None:
            assert self._work is not None
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work

        if self._webhook_url:

            @routes.post("/webhook")
            async def webhook(request: Request) -> HTTPResponse:
                return await self._webhook(request)

        return routes

    async def run(self) -> None:
        """Answer people until cancelled, or until Telegram refuses the token."""
        bot = Bot(self._token.get_secret_value(), self._api_url, self._unfinished)
        self._application = application = self._make_application(bot)
        try:
            await patiently(application.initialize)
            await self._introduce(bot, [ENGLISH])
            await application.start()
            self._introducing = asyncio.create_task(self._introduce(bot, languages()))  # Nobody waits for that.
            if self._webhook_url:
                await self._be_sent_updates(bot)
            else:
                await self._fetch_updates(bot)
        except InvalidToken:
            self._say("Telegram doesn't know this TELEGRAM_TOKEN. Copy it again from @BotFather; the web chat runs on.")
        finally:
            await self._finish(application)

    def _make_application(self, bot: Bot) -> Application[Bot, Any, Any, Any, Any, None]:
        handlers = Handlers(bot, self._library, self._assistant)
        turns = Turns(handlers.is_urgent, finish=self._unfinished.finish)
        builder = ApplicationBuilder().bot(bot).concurrent_updates(turns).job_queue(None)
        application = builder.updater(None).build() if self._webhook_url else builder.build()
        handlers.register(application)
        return application

    async def _finish(self, application: Application[Bot, Any, Any, Any, Any, None]) -> None:
        """Answer what has arrived, drop what takes too long, and confirm what is done."""
        if self._introducing:
            self._introducing.cancel()
        if application.updater and application.updater.running:
            with contextlib.suppress(TelegramError, asyncio.TimeoutError):
                await asyncio.wait_for(application.updater.stop(), _SECONDS_TO_CONFIRM)
        if application.running:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(application.stop(), _SECONDS_TO_FINISH)
        await application.update_processor.shutdown()
        if application.updater:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(application.bot.confirm(), _SECONDS_TO_CONFIRM)
        await application.bot.shutdown()  # The application would do this only if it had been initialized.

    async def _introduce(self, bot: Bot, spoken: Iterable[str]) -> None:
        try:
            for language in spoken:
                await bot.introduce(self._library, language)
        except TelegramError as error:  # It can talk even so.
            logger.warning("Telegram didn't take the commands and descriptions (%s).", type(error).__name__)

    async def _fetch_updates(self, bot: Bot) -> None:
        assert self._application is not None
        assert self._application.updater is not None
        await self._application.updater.start_polling(
            timeout=_POLL_SECONDS, bootstrap_retries=-1, allowed_updates=WANTED, error_callback=lambda _: None
        )
        self._say(f"Telegram: @{bot.username} answers (long polling)")
        await bot.wait_until_refused()
        raise InvalidToken

    async def _be_sent_updates(self, bot: Bot) -> None:
        await patiently(
            lambda: bot.set_webhook(
                self._webhook_url,
                max_connections=MOST_KEPT,
                allowed_updates=WANTED,
                secret_token=self._webhook_secret(),
            )
        )
        self._say(f"Telegram: @{bot.username} answers (webhook {self._webhook_url})")
        await asyncio.Event().wait()

    def _webhook_secret(self) -> str:
        """Return what Telegram has to show. Made from the token, so that all replicas expect the same."""
        return hmac.new(self._token.get_secret_value().encode(), b"webhook", hashlib.sha256).hexdigest()

    async def _webhook(self, request: Request) -> HTTPResponse:
        """Deal with an update, and then confirm it: any other answer than 200 makes Telegram send it again."""
        shown = request.headers.get(_SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(shown, self._webhook_secret().encode()):
            return empty(403)
        if not (self._application and self._application.running):
            return empty(503)
        with contextlib.suppress(ValueError, RecursionError):
            update = readable(json.loads(request.body))
            if update:
                await self._handle(Update.de_json(update, self._application.bot))
        return empty(200 if self._application.running else 503)

    async def _handle(self, update: Update) -> None:
        assert self._application is not None
        if self._unfinished.take(update.update_id):
            self._application.update_queue.put_nowait(update)
        await self._unfinished.wait(update.update_id, _SECONDS_TO_HANDLE)
        self._unfinished.confirm(update.update_id)
