"""Talks with Telegram's servers: patiently, at the pace that they allow, and without a word in any log."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from telegram import BotCommand, BotCommandScopeAllPrivateChats, LinkPreviewOptions
from telegram.constants import ParseMode, UpdateType
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Defaults, ExtBot
from telegram.request import HTTPXRequest

from bot.content.library import Library

COMMANDS = ("start", "help", "topics", "services", "emergency", "privacy", "forget")
"""In the order in which Telegram lists them. Each is described in the phrases, `command_<name>`."""
WANTED = [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]
"""What Telegram is asked to send. Anything else that comes is passed over."""

_RETRY_AFTER_SECONDS = (0.5, 1, 2, 4, 8)
_MOST_SECONDS_BETWEEN_TRIES = 30.0
_POLL_SECONDS = 25
_CONNECTIONS = 64
_NEVER = logging.CRITICAL + 1

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class Patience(AIORateLimiter):
    """Sends no faster than Telegram allows, and sends again what did not get through."""

    async def process_request(
        self,
        callback: Callable[..., Awaitable[Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Make a request of the bot.

        AIORateLimiter would hold up all chats when Telegram asks to wait with one (telegram/ext/_aioratelimiter.py,
        `_retry_after_event`), so the waiting is done here. A message that timed out may have arrived all the same:
        better twice than never.
        """
        if endpoint == "sendChatAction":  # Not a message; and late it is worth nothing.
            return await callback(*args, **kwargs)
        for seconds in _RETRY_AFTER_SECONDS:
            try:
                return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)  # type: ignore[arg-type]
            except RetryAfter as limit:
                await asyncio.sleep(float(limit._retry_after.total_seconds()))
            except TelegramError as error:
                if not _may_pass(error):
                    raise
                await asyncio.sleep(seconds)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)  # type: ignore[arg-type]


class Bot(ExtBot[int]):
    """python-telegram-bot's bot, set up for this assistant."""

    def __init__(self, token: str, api_url: str) -> None:
        hush()
        super().__init__(
            token=token,
            base_url=f"{api_url.rstrip('/')}/bot",
            request=HTTPXRequest(connection_pool_size=_CONNECTIONS, pool_timeout=30, read_timeout=10),
            get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=10),
            defaults=Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)),
            rate_limiter=Patience(),
        )

    async def poll(self) -> AsyncIterator[dict[str, Any]]:
        """Yield updates as Telegram sends them, for ever; the next request tells it that they have arrived.

        Bot.get_updates reads a whole batch at once: one update that it can't read, and it never gets past the batch
        (telegram/_bot.py, the end of get_updates), so they are handed on unread.

        Raises:
            InvalidToken: Telegram doesn't accept the token any more.
        """
        offset = 0
        try:
            while True:
                for update in await patiently(functools.partial(self._updates_from, offset, _POLL_SECONDS)):
                    offset = max(offset, update["update_id"] + 1)
                    yield update
        finally:
            # Tell Telegram what has arrived, or it sends the last batch again at the next start.
            with contextlib.suppress(TelegramError, asyncio.TimeoutError):
                await asyncio.wait_for(self._updates_from(offset, 0, limit=1), timeout=2)

    async def _updates_from(self, offset: int, seconds: int, limit: int = 100) -> list[dict[str, Any]]:
        data = {"offset": offset, "timeout": seconds, "limit": limit, "allowed_updates": WANTED}
        updates = await self._post("getUpdates", data, read_timeout=seconds + 10)
        return updates if isinstance(updates, list) else []

    async def introduce(self, library: Library) -> None:
        """Set the commands and the descriptions that Telegram shows, where they have changed.

        Telegram limits strictly how often a bot may set these, so they are asked for first.
        """
        phrases = library.phrases
        commands = [BotCommand(name, phrases[f"command_{name}"]) for name in COMMANDS]
        scope = BotCommandScopeAllPrivateChats()
        if list(await self.get_my_commands(scope)) != commands:
            await self.set_my_commands(commands, scope)
        if (await self.get_my_description()).description != phrases["telegram_description"]:
            await self.set_my_description(phrases["telegram_description"])
        if (await self.get_my_short_description()).short_description != phrases["telegram_short_description"]:
            await self.set_my_short_description(phrases["telegram_short_description"])


async def patiently(call: Callable[[], Awaitable[Result]]) -> Result:
    """Call Telegram until it answers, with longer and longer pauses up to half a minute.

    Raises:
        InvalidToken: Telegram doesn't accept the token.
    """
    seconds, failed = 1.0, False
    while True:
        try:
            result = await call()
        except InvalidToken:
            raise
        except RetryAfter as limit:
            await asyncio.sleep(float(limit._retry_after.total_seconds()))
        except Exception as error:  # noqa: BLE001  Whatever a network can do to an answer, the next one may be whole.
            if not failed:
                logger.warning("%s Trying again until it works.", _trouble(error))
            failed = True
            await asyncio.sleep(seconds)
            seconds = min(seconds * 2, _MOST_SECONDS_BETWEEN_TRIES)
        else:
            if failed:
                logger.warning("Telegram answers again.")
            return result


def _may_pass(error: TelegramError) -> bool:
    """Tell trouble on the way from a refusal.

    A plain TelegramError is a response that can't be read; a BadRequest is a NetworkError to python-telegram-bot.
    """
    return type(error) is TelegramError or (isinstance(error, NetworkError) and not isinstance(error, BadRequest))


def _trouble(error: Exception) -> str:
    """Return what is wrong; the error's own words may hold the token or what somebody wrote."""
    if isinstance(error, Conflict):
        return "Another program fetches this bot's messages from Telegram. Stop it: only one can."
    kind = "refuses" if isinstance(error, BadRequest | Forbidden) else "can't be reached or doesn't answer as it should"
    return f"Telegram {kind} ({type(error).__name__})."


def hush() -> None:
    """Keep the libraries from logging: addresses hold the token, and what they can't read holds people's words.

    python-telegram-bot logs a response that it can't read in full (telegram/request/_baserequest.py,
    parse_json_payload), httpx every address.
    """
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(_NEVER)
