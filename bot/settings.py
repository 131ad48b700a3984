"""Reads the settings from the environment. Nothing else does."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.privacy.secret import Secret

ROOT = Path(__file__).resolve().parents[1]
"""Where config.yml, domain.yml, data/ and models/ are."""

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


_SHORTEST_KEY = 32
_DRAW = "draw one with: openssl rand -hex 32"


class WrongSetting(Exception):
    """A setting that can't be used; the message says which, and what it can be."""


@dataclass(frozen=True)
class Settings:
    """What an operator can choose. Every field is set by an environment variable: docs/settings.md."""

    host: str = "127.0.0.1"
    port: int = 5005
    conversation_minutes: float = 30
    idle_minutes: float = 10
    most_turns: int = 4
    most_characters: int = 1000
    telegram_token: Secret | None = None
    telegram_webhook_url: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    allowed_origins: tuple[str, ...] = ()
    exit_address: str = "https://www.wikipedia.org/"
    redis_url: str = field(default="", repr=False)
    pseudonym_key: str = field(default="", repr=False)
    messages_per_minute: int = 20
    messages_per_minute_and_address: int = 120
    most_waiting: int = 50
    proxies: int = 0
    log_level: str = "WARNING"
    log_format: str = "text"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Raises:
        WrongSetting: a value isn't what it should be.
    """
    return Settings(
        host=environment.get("HOST") or Settings.host,
        port=int(_number(environment, "PORT", Settings.port, least=0, most=65535)),
        conversation_minutes=_number(environment, "CONVERSATION_MINUTES", Settings.conversation_minutes, 0.01, 30),
        idle_minutes=_number(environment, "IDLE_MINUTES", Settings.idle_minutes, 0.01, 30),
        most_turns=int(_number(environment, "MOST_TURNS", Settings.most_turns, least=1, most=20)),
        most_characters=int(_number(environment, "MOST_CHARACTERS", Settings.most_characters, least=100, most=4096)),
        telegram_token=_telegram_token(environment),
        telegram_webhook_url=_address(environment, "TELEGRAM_WEBHOOK_URL", Settings.telegram_webhook_url),
        telegram_api_url=_address(environment, "TELEGRAM_API_URL", Settings.telegram_api_url),
        allowed_origins=_origins(environment.get("ALLOWED_ORIGINS", "")),
        exit_address=_exit_address(environment),
        redis_url=environment.get("REDIS_URL") or "",
        pseudonym_key=_pseudonym_key(environment),
        messages_per_minute=int(_number(environment, "MESSAGES_PER_MINUTE", Settings.messages_per_minute, 1, 1e6)),
        messages_per_minute_and_address=int(
            _number(environment, "MESSAGES_PER_MINUTE_AND_ADDRESS", Settings.messages_per_minute_and_address, 1, 1e6)
        ),
        most_waiting=int(_number(environment, "MOST_WAITING", Settings.most_waiting, 1, 10_000)),
        proxies=int(_number(environment, "PROXIES", Settings.proxies, 0, 10)),
        log_level=_choice(environment, "LOG_LEVEL", ("WARNING", "ERROR", "INFO", "DEBUG")),
        log_format=_choice(environment, "LOG_FORMAT", ("text", "json")),
    )


def environment() -> dict[str, str]:
    """Return what this program was started with, for one that it starts."""
    return dict(os.environ)


def _origins(text: str) -> tuple[str, ...]:
    """Read websites' origins, separated by spaces or commas."""
    origins = tuple(re.split(r"[\s,]+", text.strip())) if text.strip() else ()
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise WrongSetting(
                f"The setting ALLOWED_ORIGINS has {origin!r}; it can be websites like https://example.org, "
                "in small letters, without a path, with spaces between them."
            )
    return origins


def _exit_address(environment: Mapping[str, str]) -> str:
    text = environment.get("EXIT_ADDRESS") or Settings.exit_address
    if not _ADDRESS.fullmatch(text):
        raise WrongSetting(f"The setting EXIT_ADDRESS is {text!r}; it can be a website like https://example.org/.")
    return text


def _choice(environment: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environment.get(name) or choices[0]
    if value not in choices:
        raise WrongSetting(f"The setting {name} is {value!r}; it can be {', '.join(sorted(choices))}.")
    return value


def _pseudonym_key(environment: Mapping[str, str]) -> str:
    key = environment.get("PSEUDONYM_KEY") or ""
    if environment.get("REDIS_URL") and not key:
        raise WrongSetting(f"REDIS_URL is set, so the setting PSEUDONYM_KEY must be set too, for all replicas: {_DRAW}")
    if key and len(key) < _SHORTEST_KEY:
        raise WrongSetting(f"The setting PSEUDONYM_KEY has {len(key)} characters; it needs {_SHORTEST_KEY}: {_DRAW}")
    return key


def _number(environment: Mapping[str, str], name: str, default: float, least: float, most: float) -> float:
    text = environment.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise WrongSetting(f"The setting {name} is {text!r}; it can be a number from {least:g} to {most:g}.")
    return number


def _telegram_token(environment: Mapping[str, str]) -> Secret | None:
    text = environment.get("TELEGRAM_TOKEN", "").strip()
    if text and not re.fullmatch(r"[0-9]{3,}:[A-Za-z0-9_-]{30,}", text):
        raise WrongSetting(
            "The setting TELEGRAM_TOKEN doesn't look like a token: digits, a colon, and 35 letters, digits, _ or -. "
            "Copy it whole from @BotFather."
        )
    return Secret(text) if text else None


def _address(environment: Mapping[str, str], name: str, default: str) -> str:
    text = environment.get(name) or default
    if text and not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise WrongSetting(f"The setting {name} is {text!r}; it can be a web address: https://…")
    return text
