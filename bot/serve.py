"""The composition root: one process with Rasa's agent, the actions and the channels in it."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import channel as rasa_channels
from rasa.core.channels.channel import InputChannel
from sanic import Sanic

from bot.channels.web.channel import WebChannel
from bot.channels.web.http import read_strictly, stop_gently
from bot.channels.web.pages import missing_files, pages
from bot.content import DATA, yaml_files
from bot.content.library import library
from bot.content.own import lay_over
from bot.content.problems import BrokenFile
from bot.conversation.assistant import SECONDS_FOR_A_REPLY, Assistant
from bot.conversation.counts import CountingAssistant, Counts
from bot.conversation.learning import Learning
from bot.conversation.limits import Limits
from bot.conversation.notice import Notice
from bot.danger.directory import DIRECTORY_FILE, read_directory
from bot.danger.rules import DangerRules
from bot.languages.learning import learned_file
from bot.languages.listening import Listener
from bot.live_examples import LiveExamples
from bot.metrics import serve_metrics
from bot.privacy.memory import settle, settle_again
from bot.privacy.tally import Tally, tally_of
from bot.rasa.agent import load_agent, load_beside, rules_of
from bot.rasa.dialogue import Dialogue
from bot.rasa.models import languages_in
from bot.settings import Settings, WrongSetting, can_be
from bot.web_chat import broken_words, chat_options

_SECONDS_BETWEEN_WRITES = 3600
_SECONDS_TO_BE_IDLE, _SECONDS_TO_LOOK_AGAIN = 0.05, 600
_MOST_OPEN = 65_536
"""How many connections and files may be open at a time, if the system allows it."""
_BACKLOG = 100
"""How many connections may wait to be taken in."""


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
    _refuse_if([str(problem) for problem in lay_over()], _missing_files(), broken_words(), in_answers)
    listener = _bound(settings)
    _take_in_as_many_as_allowed()
    library().watch()
    agent, counts = load_agent(model, settings), Counts()
    _refuse_if(_missing_urgent_answers(rules_of(agent)))
    app = make_app(agent, settings, say, counts, Listener(languages_in(model) or learned_file()))
    if settings.metrics_port:
        with _explained(settings, "metrics_"):
            serve_metrics(counts, settings.metrics_host, settings.metrics_port)
    settle()
    with _explained(settings):
        listener.listen(_BACKLOG)
    if settings.live_examples == "on":
        _follow_examples(model, app, say)

    async def started(*_: Any) -> None:
        say(f"The assistant answers at {_url(listener)} (Ctrl+C stops it)")
        if not settings.telegram_token:
            say("Telegram: not set up. @BotFather there gives you a token; docs/telegram.md tells how to go on.")

    app.register_listener(started, "after_server_start")
    app.run(sock=listener, access_log=False, motd=False)


def _refuse_if(*problems_of: list[str]) -> None:
    for problems in problems_of:
        if problems:
            raise BrokenFiles("\n".join(problems))


def _follow_examples(model: Path, app: Sanic, say: Callable[[str], None]) -> None:
    """Take over example questions that are saved once the server has started."""
    dialogue: Dialogue = app.ctx.assistant.dialogue
    settling: list[asyncio.Task[None]] = []

    async def begin(*_: Any) -> None:
        loop = asyncio.get_running_loop()

        def take_over(newer: Path) -> None:
            app.ctx.agent = load_beside(newer, app.ctx.agent)
            dialogue.change_to(app.ctx.agent)
            loop.call_soon_threadsafe(begin_again)

        def begin_again() -> None:
            for task in settling:
                task.cancel()
            settling[:] = [loop.create_task(_stay_settled(app.ctx.assistant))]

        LiveExamples(model, take_over, say).start()

    app.register_listener(begin, "after_server_start")


async def _stay_settled(assistant: Assistant) -> None:
    """Free a model that was replaced; and look again now and then, for what people were saying just then."""
    while True:
        while not assistant.is_idle:
            await asyncio.sleep(_SECONDS_TO_BE_IDLE)
        settle_again()
        await asyncio.sleep(_SECONDS_TO_LOOK_AGAIN)


def make_app(agent: Agent, settings: Settings, say: Callable[[str], None], counts: Counts, listener: Listener) -> Sanic:
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
    stop_gently(app, settings.drain_seconds, SECONDS_FOR_A_REPLY + 1)
    tally = tally_of(settings.counts.get_secret_value())
    if tally:
        _write_now_and_then(app, tally)
    app.ctx.assistant = make_assistant(agent, settings, counts, listener, tally)
    rasa_channels.register(list(_channels(app.ctx.assistant, settings, say)), app, route="/")
    app.blueprint(pages(lambda answer_id: library()[answer_id], chat_options(settings, listener)))
    return app


def _write_now_and_then(app: Sanic, tally: Tally) -> None:
    writing: list[asyncio.Task[None]] = []

    async def go_on() -> None:
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_WRITES)
            await asyncio.to_thread(tally.write)

    async def begin(*_: Any) -> None:
        writing.append(asyncio.create_task(go_on()))

    async def end(*_: Any) -> None:
        for task in writing:
            task.cancel()
        await asyncio.to_thread(tally.write)

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "after_server_stop")


def make_assistant(
    agent: Agent, settings: Settings, counts: Counts, listener: Listener, tally: Tally | None
) -> Assistant:
    """Return the assistant that all doors of this process share."""
    return CountingAssistant(
        counts,
        Dialogue(agent),
        Limits(settings.messages_per_minute, settings.messages_per_minute_and_address),
        Notice(settings.conversation_minutes, not_names=_names_of_things()),
        rules_of(agent),
        listener=listener,
        most_waiting=settings.most_waiting,
        human_contact=settings.human_contact,
        most_characters=settings.most_characters,
        learning=Learning(tally, _names_of_things()) if tally else None,
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


def _missing_urgent_answers(rules: DangerRules) -> list[str]:
    """Return a sentence for each answer that someone in danger would need and that isn't there."""
    missing = sorted(rules.answer_ids - {answer.id for answer in library()})
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


def _bound(settings: Settings) -> socket.socket:
    """Take the port. Nobody can connect yet, so that a proxy in front asks another process while this one loads."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    with _explained(settings):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
    return listener


@contextmanager
def _explained(settings: Settings, kind: str = "") -> Iterator[None]:
    """Make a sentence of what is wrong with HOST or PORT, or with those whose names begin with `kind`."""
    host, port = (getattr(settings, kind + name) for name in ("host", "port"))
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        if number < 0 or number == errno.EADDRNOTAVAIL:  # What looks up names counts its errors downwards (netdb.h).
            name = f"{kind}host"
            raise WrongSetting(f"The setting {name.upper()} is {host!r}; it can be {can_be(name)}.") from error
        raise PortTaken(
            f"Port {port} on {host} can't be used ({os.strerror(number)}). Stop the program that has it, or choose "
            f"another port, for example: {kind.upper()}PORT=5599 make run"
        ) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if listener.family == socket.AF_INET6 else f"http://{host}:{port}/"
