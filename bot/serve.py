"""The composition root: one process with Rasa's agent, the actions and the channels in it."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import channel as rasa_channels
from rasa.core.channels.channel import InputChannel
from sanic import Sanic

from bot.channels.web.channel import WebChannel
from bot.channels.web.http import read_strictly
from bot.channels.web.pages import missing_files, pages
from bot.content import DATA, yaml_files
from bot.content.library import library
from bot.content.problems import BrokenFile
from bot.conversation.assistant import Assistant
from bot.conversation.limits import Limits
from bot.conversation.notice import Notice
from bot.danger.directory import DIRECTORY_FILE, read_directory
from bot.danger.rules import danger_rules
from bot.languages.learning import learned_file
from bot.languages.listening import Listener
from bot.privacy.memory import settle
from bot.rasa.agent import load_agent
from bot.rasa.dialogue import Dialogue
from bot.settings import Settings, WrongSetting, can_be
from bot.web_chat import broken_words, chat_options

_MOST_OPEN = 65_536
"""How many connections and files may be open at a time, if the system allows it."""


class PortTaken(Exception):
    """The port can't be had; the message says what to do."""


class BrokenFiles(Exception):
    """Files that can't be used; the message names them."""


def serve(model: Path, settings: Settings, say: Callable[[str], None] = print) -> None:
    """Serve until stopped.

    Raises:
        PortTaken: another program has the port, or this one may not use it.
        WrongSetting: HOST is no address or name of this machine.
        BrokenFiles: an answer, the directory or a part of the pages can't be used.
    """
    in_answers = [str(problem) for problem in library().problems]
    for problems in (_missing_files(), broken_words(), in_answers, _missing_urgent_answers()):
        if problems:
            raise BrokenFiles("\n".join(problems))
    listener = _listen(settings)
    _take_in_as_many_as_allowed()
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
    # uvloop, which Sanic asks for, takes in one new connection a round, so that newcomers
    # would wait for seconds under load. Python's own loop takes in all that have come.
    app.config.USE_UVLOOP = False
    asyncio.set_event_loop_policy(None)
    rasa_channels.register(list(_channels(make_assistant(agent, settings), settings, say)), app, route="/")
    app.blueprint(pages(lambda answer_id: library()[answer_id], chat_options(settings)))
    return app


def make_assistant(agent: Agent, settings: Settings) -> Assistant:
    """Return the assistant that all doors of this process share."""
    return Assistant(
        Dialogue(agent),
        Limits(settings.messages_per_minute, settings.messages_per_minute_and_address),
        Notice(settings.conversation_minutes, not_names=_names_of_things()),
        listener=Listener(learned_file()),
        most_waiting=settings.most_waiting,
        human_contact=settings.human_contact,
        most_characters=settings.most_characters,
    )


def _channels(assistant: Assistant, settings: Settings, say: Callable[[str], None]) -> Iterator[InputChannel]:
    yield WebChannel(assistant, settings.allowed_origins, remember_seconds=min(120, settings.idle_minutes * 60))
    if settings.telegram_token:
        from bot.channels.telegram import TelegramChannel  # 8 MB, which not everyone needs.

        yield TelegramChannel(
            assistant,
            settings.telegram_token,
            library(),
            api_url=settings.telegram_api_url,
            webhook_url=settings.telegram_webhook_url,
            say=say,
        )


def _missing_files() -> list[str]:
    """Return a sentence for each file that replies or pages can't do without and that can't be used."""
    problems = [f"{name} is missing. Put the file back." for name in missing_files()]
    try:
        countries, _ = read_directory(DIRECTORY_FILE)
    except BrokenFile as broken:
        return [*problems, str(broken)]
    return problems if countries else [*problems, "data/directory.yml has no country that can be used. Put them back."]


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


def _take_in_as_many_as_allowed() -> None:
    """Let this process have as many connections open as the system allows; many systems begin with about a thousand."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_OPEN if most == resource.RLIM_INFINITY else min(most, _MOST_OPEN)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


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
