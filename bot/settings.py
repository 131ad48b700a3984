"""Reads the settings from the environment. Nothing else does."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, SecretStr, ValidationError, validator
from pydantic.error_wrappers import ErrorWrapper
from pydantic.fields import ModelField
from pydantic.utils import lenient_issubclass

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")
_TOKEN = re.compile(r"[0-9]{3,}:[A-Za-z0-9_-]{30,}")
_WEB_ADDRESS = r"https?://[^\s/]+\S*$"
_CONTACT = r"^$|^(https://[^\s()\[\]]+|(tel|sms):\+?[\d-]+)$"
_EXIT_ADDRESS = r"https?://[^\s\"'<>]+$"
_SHORTEST_KEY = 32
_MAKE_A_KEY = "draw one with: openssl rand -hex 32"


class WrongSetting(ValueError):
    """A setting that can't be used; the message says which, and what it can be."""


class Settings(BaseModel, frozen=True):
    """What an operator can choose, each field by the environment variable of its name in capital letters.

    The bounds and descriptions are shown in docs/settings.md. `can_be` says in words what bounds don't.
    `Settings()` has the defaults whatever the environment: only `read_settings` looks there. pydantic's `BaseSettings`
    always looks there, and takes an empty variable for a value.

    A secret isn't shown by `repr`, `str`, `format`, `json()` or an error sentence. `pickle` would show it: nothing
    here pickles settings.
    """

    content: str = Field(
        "",
        can_be="a folder",
        description="The folder with your organisation's own answers, examples, numbers and texts, which lie over what "
        "is shipped: [own-content.md](own-content.md). Without it, what is shipped is used.",
    )
    host: str = Field(
        "127.0.0.1",
        can_be="an address or a name of this machine",
        description="Where the assistant listens. The default lets in only programs on this machine. `0.0.0.0` lets in "
        "everyone who can reach the machine. Read [If you let others in](#if-you-let-others-in) first.",
    )
    port: int = Field(
        5005,
        ge=0,
        le=65535,
        description="The port that it listens on. `0` takes any free one. The address is printed at the start.",
    )
    conversation_minutes: float = Field(
        30,
        ge=0.01,
        le=30,
        description="A conversation is forgotten this long after it began, even if it is still going on.",
    )
    idle_minutes: float = Field(
        10,
        ge=0.01,
        le=30,
        description="A conversation is forgotten this long after its last message. "
        "Whichever of these two comes first counts.",
    )
    most_turns: int = Field(
        4,
        ge=1,
        le=20,
        description="How many messages of a conversation are kept, each with its reply. Each new message drops the "
        "oldest.",
    )
    most_characters: int = Field(
        1000,
        ge=100,
        le=4096,
        description="The longest message that is read. Longer ones get a reply that asks for fewer words. An urgent "
        "message is answered whatever its length.",
    )
    telegram_token: SecretStr = Field(
        SecretStr(""),
        can_be="a bot's token from @BotFather",
        description="With it, the assistant also answers in Telegram: [telegram.md](telegram.md). It is a secret and "
        "is never printed. Without it, there is no Telegram.",
    )
    telegram_webhook_url: str = Field(
        "",
        regex=_WEB_ADDRESS,
        can_be="a web address like https://example.org/telegram/webhook",
        description="Where Telegram sends messages. Without it, the assistant fetches them itself (long polling).",
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        regex=_WEB_ADDRESS,
        can_be="a web address like https://example.org",
        description="Where Telegram's Bot API is. Change it only for a Bot API server of your own, or for tests.",
    )
    allowed_origins: tuple[str, ...] = Field(
        (),
        can_be="websites like https://example.org, in small letters, without a path, with spaces between them",
        description="Other websites that may show the chat: [widget.md](widget.md). Without it, only the assistant's "
        "own pages may.",
    )
    exit_address: str = Field(
        "https://www.wikipedia.org/",
        regex=_EXIT_ADDRESS,
        can_be="a website like https://example.org/",
        description='Where "Leave now" leads, unless a website chooses its own (`data-exit`).',
    )
    human_contact: str = Field(
        "",
        regex=_CONTACT,
        can_be="an address like https://example.org/contact or tel:+441234567890",
        description="Where people reach those who run the service. Shown first to whoever asks for a person; without "
        "it, only the lines of other organisations are.",
    )
    redis_url: SecretStr = Field(
        SecretStr(""),
        can_be="an address like redis://127.0.0.1:6379/0",
        description="Keeps conversations and locks in Redis, so that several processes can share them: "
        "[privacy.md](privacy.md#redis). Without it, they are in this process's memory.",
    )
    pseudonym_key: SecretStr = Field(
        SecretStr(""),
        can_be=f"{_SHORTEST_KEY} characters or more",
        description="The secret that all processes share. It turns the names of conversations into ones that mean "
        "nothing. It is needed with `REDIS_URL`. Without it, each start draws a random key. Draw one with "
        "`openssl rand -hex 32`.",
    )
    messages_per_minute: int = Field(
        20,
        ge=1,
        le=1_000_000,
        description="How many messages one conversation may send in a minute, in the web chat or in Telegram. It may "
        "press three times as many buttons besides. What is urgent is always answered.",
    )
    messages_per_minute_and_address: int = Field(
        120,
        ge=1,
        le=1_000_000,
        description="How many messages one address, or one IPv6 /64, may send in a minute. Many people may share an "
        "address.",
    )
    most_waiting: int = Field(
        50,
        ge=1,
        le=10_000,
        description="How many messages may be in progress or waiting at a time. For urgent ones, it is twice as many. "
        "Whoever sends most gives way to newcomers.",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="How many of your own proxies stand in front and add `X-Forwarded-For`. With a wrong number, "
        "people's addresses are mixed up when messages are counted.",
    )
    drain_seconds: float = Field(
        0,
        ge=0,
        le=60,
        description="When it is told to stop (SIGTERM), it answers on for so long while `/ready` says 503, so that a "
        "load balancer sends people elsewhere.",
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="The port of `/metrics`, for Prometheus: [deploying.md](deploying.md#figures). With `0`, there is "
        "none. Never let the public reach it.",
    )
    metrics_host: str = Field(
        "127.0.0.1",
        can_be="an address or a name of this machine",
        description="Where `/metrics` listens, if it does.",
    )
    counts: SecretStr = Field(
        SecretStr(""),
        can_be="on, or a database's address like postgresql://user:password@host/name",
        description="Counts which answers are given, by day, without words or ids, and lets people pass on a question "
        "that wasn't known: [privacy.md](privacy.md#counts-and-questions-that-are-passed-on). `on` keeps them in "
        "`counts.sqlite`; `python -m bot report` shows them. Without it, nothing is counted or kept.",
    )
    live_examples: Literal["off", "on"] = Field(
        "off",
        description="Whether example questions that are saved while the assistant runs are trained beside it and taken "
        "over: [answers.md](answers.md#example-questions-while-it-runs). Training takes up to 5 GB of memory.",
    )
    log_level: Literal["WARNING", "ERROR", "INFO", "DEBUG"] = Field(
        "WARNING",
        description="The least important records that the log has. No level has people's words in it.",
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="The form of a line of the log: for people or for programs.",
    )

    @validator("*", pre=True)
    def _cut_off_a_fraction(cls, value: Any, field: ModelField) -> Any:
        if lenient_issubclass(field.type_, int):
            with suppress(ValueError):
                return float(value)
        return value

    @validator("host", "metrics_host")
    def _can_be_a_name(cls, host: str) -> str:
        host.encode("idna")  # As sockets do, but there it isn't an OSError if it fails.
        return host

    @validator("telegram_token")
    def _is_a_token(cls, token: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise WrongSetting(
                "The setting TELEGRAM_TOKEN doesn't look like a token: digits, a colon, and 35 letters, digits, "
                "_ or -. Copy it whole from @BotFather."
            )
        return token

    @validator("allowed_origins", pre=True)
    def _are_origins(cls, text: str) -> tuple[str, ...]:
        origins = tuple(re.split(r"[\s,]+", text))
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise WrongSetting(
                    f"The setting ALLOWED_ORIGINS has {origin!r}; it can be {can_be('allowed_origins')}."
                )
        return origins

    @validator("redis_url")
    def _is_what_redis_can_read(cls, url: SecretStr) -> SecretStr:
        from redis.connection import parse_url

        try:
            parse_url(url.get_secret_value())
        except ValueError:
            raise WrongSetting(f"The setting REDIS_URL can't be read; it can be {can_be('redis_url')}.") from None
        return url

    @validator("counts")
    def _is_an_address(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() != "on" and "://" not in url.get_secret_value():
            raise WrongSetting(f"The setting COUNTS can't be read; it can be {can_be('counts')}.")
        return url

    @validator("pseudonym_key", always=True)
    def _is_long_and_there_with_redis(cls, key: SecretStr, values: dict[str, Any]) -> SecretStr:
        if not key and values.get("redis_url"):
            raise WrongSetting(
                f"REDIS_URL is set, so the setting PSEUDONYM_KEY must be set too, for all replicas: {_MAKE_A_KEY}"
            )
        if 0 < len(key) < _SHORTEST_KEY:
            raise WrongSetting(
                f"The setting PSEUDONYM_KEY has {len(key)} characters; it needs {_SHORTEST_KEY}: {_MAKE_A_KEY}"
            )
        return key


def can_be(name: str) -> str:
    """Return in words which values a field takes, as error sentences and docs/settings.md have it."""
    field = Settings.__fields__[name]
    info = field.field_info
    if "can_be" in info.extra:
        return str(info.extra["can_be"])
    if info.ge is not None:
        return f"a number from {info.ge} to {info.le}"
    return ", ".join(sorted(get_args(field.outer_type_)))


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. A variable that is missing or empty has its default.

    Raises:
        WrongSetting: a value isn't what it should be.
    """
    texts = {name: environment.get(name.upper(), "").strip() for name in Settings.__fields__}
    try:
        return Settings.parse_obj({name: text for name, text in texts.items() if text})
    except ValidationError as error:
        first = error.raw_errors[0]
    assert isinstance(first, ErrorWrapper)
    if isinstance(first.exc, WrongSetting):
        raise first.exc
    name = str(first.loc_tuple()[0])
    raise WrongSetting(f"The setting {name.upper()} is {texts[name]!r}; it can be {can_be(name)}.")


def environment() -> dict[str, str]:
    """Return what this program was started with, for one that it starts."""
    return dict(os.environ)
