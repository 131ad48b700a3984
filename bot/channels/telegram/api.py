"""Talks to Telegram's servers: patiently, at the pace that they allow, and without a word in any log."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram import BotCommand, BotCommandScopeAllPrivateChats, LinkPreviewOptions, Update
from telegram.constants import ParseMode, UpdateType
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Defaults, ExtBot

from bot.channels.telegram.reading import Fetching, Sending
from bot.channels.telegram.unfinished import Unfinished
from bot.content.languages import ENGLISH
from bot.content.library import Library

COMMANDS = ("start", "help", "topics", "services", "emergency", "privacy", "forget")
"""In the order in which Telegram lists them. Each is described in the phrases, `command_<name>`."""
WANTED = [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]
"""What Telegram is asked to send. Anything else that comes is passed over."""

MORE_TRIES_IF_URGENT = 15
"""An urgent text is tried for about two minutes more than others are."""

_RETRY_AFTER_SECONDS = (0.5, 1, 2, 4, 8)
_MOST_SECONDS_BETWEEN_TRIES = 30.0
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
        """Make a request of the bot; `rate_limit_args` is how often more than usual it is tried.

        AIORateLimiter would hold up all chats when Telegram asks to wait with one (telegram/ext/_aioratelimiter.py,
        `_retry_after_event`), so the waiting is done here. A message that timed out may have arrived even so: better
        twice than never.
        """
        if endpoint == "sendChatAction":  # Not a message; and late it is worth nothing.
            return await callback(*args, **kwargs)
        if rate_limit_args:  # Someone in danger doesn't wait for the pace. Telegram says so if it is too much.
            request: Callable[[], Awaitable[Any]] = functools.partial(callback, *args, **kwargs)
        else:
            paced: Callable[..., Awaitable[Any]] = super().process_request
            request = functools.partial(paced, callback, args, kwargs, endpoint, data, None)
        for seconds in (*_RETRY_AFTER_SECONDS, *_RETRY_AFTER_SECONDS[-1:] * (rate_limit_args or 0)):
            try:
                return await request()
            except RetryAfter as limit:
                await asyncio.sleep(float(limit._retry_after.total_seconds()))
            except TelegramError as error:
                if not _may_pass(error):
                    raise
                await asyncio.sleep(seconds)
        return await request()


class Outage:
    """Logs once that Telegram can't be reached, and once that it answers again."""

    def __init__(self) -> None:
        self._is_on = False

    def begin(self, error: Exception) -> None:
        """Take note of a failure."""
        if not self._is_on:
            logger.warning("%s Trying again until it works.", _trouble(error))
        self._is_on = True

    def end(self) -> None:
        """Take note of a success."""
        if self._is_on:
            logger.warning("Telegram answers again.")
        self._is_on = False


class Bot(ExtBot[int]):
    """python-telegram-bot's bot, set up for this assistant.

    Args:
        token: the token from @BotFather.
        api_url: where the Bot API is.
        unfinished: the updates that were fetched and aren't dealt with.
    """

    def __init__(self, token: str, api_url: str, unfinished: Unfinished) -> None:
        hush()
        super().__init__(
            token=token,
            base_url=f"{api_url.rstrip('/')}/bot",
            request=Sending(connection_pool_size=_CONNECTIONS, pool_timeout=30, read_timeout=10),
            get_updates_request=Fetching(unfinished, connection_pool_size=1, read_timeout=10),
            defaults=Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)),
            rate_limiter=Patience(),
        )
        self._unfinished = unfinished
        self._outage = Outage()
        self._token_is_refused = asyncio.Event()

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """Fetch updates for the library's Updater, and confirm those that are dealt with, whatever offset it has.

        Raises:
            TelegramError: they can't be fetched now. The Updater retries at once, without a pause, after any other.
        """
        try:
            kwargs["offset"] = await self._unfinished.next_offset()
            updates = await super().get_updates(*args, **kwargs)
        except InvalidToken:
            self._token_is_refused.set()
            raise
        except RetryAfter:
            raise
        except Exception as error:
            self._outage.begin(error)
            raise error if isinstance(error, TelegramError) else TelegramError("Invalid server response") from error
        self._outage.end()
        self._unfinished.confirm_before(kwargs["offset"])
        return tuple(update for update in updates if self._unfinished.take(update.update_id))

    async def confirm(self) -> None:
        """Confirm the updates that are dealt with; what isn't will be handed over again."""
        offset = self._unfinished.offset
        with contextlib.suppress(TelegramError):
            await super().get_updates(offset=offset, limit=1, timeout=0)
            self._unfinished.confirm_before(offset)

    async def wait_until_refused(self) -> None:
        """Wait until Telegram doesn't accept the token any more; the Updater then stops without a word."""
        await self._token_is_refused.wait()

    async def introduce(self, library: Library, language: str = ENGLISH) -> None:
        """Set the commands and the descriptions that Telegram shows in a language, where they have changed.

        The English ones are for all who have another language, or one that lacks them. Telegram limits strictly how
        often a bot may set these, so they are asked for first.
        """
        there, code = library.in_language(language), None if language == ENGLISH else language
        phrases = there.phrases
        commands = [BotCommand(name, phrases[f"command_{name}"]) for name in COMMANDS]
        scope = BotCommandScopeAllPrivateChats()
        if there.says("command_help") and list(await self.get_my_commands(scope, code)) != commands:
            await self.set_my_commands(commands, scope, code)
        long, short = "telegram_description", "telegram_short_description"
        if there.says(long) and (await self.get_my_description(code)).description != phrases[long]:
            await self.set_my_description(phrases[long], code)
        if there.says(short) and (await self.get_my_short_description(code)).short_description != phrases[short]:
            await self.set_my_short_description(phrases[short], code)


async def patiently(call: Callable[[], Awaitable[Result]]) -> Result:
    """Call Telegram until it answers, with longer and longer pauses up to half a minute.

    Raises:
        InvalidToken: Telegram doesn't accept the token.
    """
    seconds, outage = 1.0, Outage()
    while True:
        try:
            result = await call()
        except InvalidToken:
            raise
        except RetryAfter as limit:
            await asyncio.sleep(float(limit._retry_after.total_seconds()))
        except Exception as error:  # noqa: BLE001  Whatever a network can do to an answer, the next one may be whole.
            outage.begin(error)
            await asyncio.sleep(seconds)
            seconds = min(seconds * 2, _MOST_SECONDS_BETWEEN_TRIES)
        else:
            outage.end()
            return result


def _may_pass(error: TelegramError) -> bool:
    """Tell trouble on the way from a refusal.

    A plain TelegramError is a response that can't be read; a BadRequest is a NetworkError to python-telegram-bot.
    """
    return type(error) is TelegramError or (isinstance(error, NetworkError) and not isinstance(error, BadRequest))


def _trouble(error: Exception) -> str:
    """Return what is wrong; the error's own words may hold the token or what someone wrote."""
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
