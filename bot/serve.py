"""The composition root: one process with Rasa's agent, the actions and the channels in it."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import channel as rasa_channels
from rasa.core.channels.channel import InputChannel
from sanic import Sanic

from bot.channels.telegram import TelegramChannel
from bot.channels.web.channel import WebChannel
from bot.channels.web.http import read_strictly
from bot.channels.web.pages import ChatOptions, pages
from bot.content import DATA, yaml_files
from bot.content.answer_files import read_widget_words
from bot.content.library import library
from bot.content.problems import BrokenFile
from bot.conversation.assistant import Assistant
from bot.conversation.limits import Limits
from bot.conversation.notice import Notice
from bot.danger import cards
from bot.danger.hints import read_hints
from bot.danger.rules import danger_rules
from bot.danger.urgent import stored_cards
from bot.privacy.memory import settle
from bot.rasa.agent import load_agent
from bot.rasa.dialogue import Dialogue
from bot.settings import Settings, WrongSetting, can_be


class PortTaken(Exception):
    """The port can't be had; the message says what to do."""


class BrokenAnswers(Exception):
    """Answer files that can't be used; the message names them."""


def serve(model: Path, settings: Settings, say: Callable[[str], None] = print) -> None:
    """Serve until stopped.

    Raises:
        PortTaken: another program has the port, or this one may not use it.
        WrongSetting: HOST is no address or name of this machine.
        BrokenAnswers: an answer file can't be used.
    """
    listener = _listen(settings)
    problems = [*map(str, library().problems), *_missing_urgent_answers(), *_broken_words()]
    if problems:
        raise BrokenAnswers("\n".join(problems))
    library().watch()
    app = make_app(load_agent(model, settings), settings, say)
    settle()

    async def started(*_: Any) -> None:
        say(f"The assistant answers at {_url(listener)} (Ctrl+C stops it)")
        if not settings.telegram_token:
            say("Telegram: not set up. @BotFather there gives you a token; docs/telegram.md tells how to go on.")

    app.register_listener(started, "after_server_start")
    app.run(sock=listener, access_log=False, motd=False)


def make_app(agent: Agent, settings: Settings, say: Callable[[str], None] = print) -> Sanic:
    """Return the server's application: the channels and the pages, and nothing of Rasa's own HTTP interface."""
    app = Sanic("harm_reduction_assistant", configure_logging=False)
    read_strictly(app)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.agent = agent
    app.config.PROXIES_COUNT = settings.proxies
    # uvloop, which Sanic and aiogram (loaded by Rasa) ask for, takes in one new connection a round, so that newcomers
    # would wait for seconds under load. Python's own loop takes in all that have come.
    app.config.USE_UVLOOP = False
    asyncio.set_event_loop_policy(None)
    rasa_channels.register(list(_channels(make_assistant(agent, settings), settings, say)), app, route="/")
    app.blueprint(pages(lambda answer_id: library()[answer_id], _chat_options(settings)))
    return app


def make_assistant(agent: Agent, settings: Settings) -> Assistant:
    """Return the assistant that all doors of this process share."""
    return Assistant(
        Dialogue(agent),
        Limits(settings.messages_per_minute, settings.messages_per_minute_and_address, settings.most_waiting),
        Notice(settings.conversation_minutes, not_names=_names_of_things()),
        most_characters=settings.most_characters,
    )


def _chat_options(settings: Settings) -> ChatOptions:
    phrases = library().phrases
    return ChatOptions(
        words=read_widget_words().data,
        cards=stored_cards(),
        hints=read_hints(),
        buttons={cards.OVERDOSE: phrases["check_danger"], cards.CRISIS: phrases["check_crisis"]},
        emergency=phrases["emergency_numbers"],
        limits={
            "most": settings.most_characters,
            "idle": settings.idle_minutes,
            "longest": settings.conversation_minutes,
        },
        exit_address=settings.exit_address,
        frame_origins=settings.allowed_origins,
    )


def _broken_words() -> list[str]:
    """Return a sentence for each thing that is wrong with what the chat on a web page says itself."""
    try:
        read_widget_words()
    except BrokenFile as broken:
        return [str(problem) for problem in broken.problems]
    return []


def _channels(assistant: Assistant, settings: Settings, say: Callable[[str], None]) -> Iterator[InputChannel]:
    yield WebChannel(assistant, settings.allowed_origins, remember_seconds=min(120, settings.idle_minutes * 60))
    if settings.telegram_token:
        yield TelegramChannel(
            assistant,
            settings.telegram_token,
            library(),
            api_url=settings.telegram_api_url,
            webhook_url=settings.telegram_webhook_url,
            say=say,
        )


def _missing_urgent_answers() -> list[str]:
    """Return a sentence for each answer that someone in danger would need and that isn't there."""
    missing = sorted(danger_rules().answer_ids - {answer.id for answer in library()})
    return [
        f"data/faq/{answer_id}.yml is missing: someone in danger would need it. Put it back." for answer_id in missing
    ]


def _names_of_things() -> list[str]:
    """Return what substances and services are called, which a scrubber could take for names of people."""
    names = yaml_files.read(DATA / "entities.yml").data
    return [word for meanings in names.values() for words in meanings.values() for word in words]


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=100)
    except OSError as error:
        number = error.errno or 0
        if number < 0 or number == errno.EADDRNOTAVAIL:  # What looks up names counts its errors downwards (netdb.h).
            raise WrongSetting(f"The setting HOST is {settings.host!r}; it can be {can_be('host')}.") from error
        raise PortTaken(
            f"Port {settings.port} on {settings.host} can't be used ({os.strerror(number)}). "
            f"Stop the program that has it, or choose another port, for example: make run PORT=5599"
        ) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if listener.family == socket.AF_INET6 else f"http://{host}:{port}/"
