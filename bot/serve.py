"""The composition root: one process with Rasa's agent, the actions and the channels in it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import channel as rasa_channels
from sanic import Sanic

from actions.reply import library
from bot.agent import load_agent
from bot.channels.pages import pages
from bot.channels.web import WebChannel
from bot.content import DATA, yaml_files
from bot.privacy.limits import Limits
from bot.privacy.memory import settle
from bot.privacy.notice import Notice
from bot.settings import Settings


class PortTaken(Exception):
    """The port can't be had; the message says what to do."""


class BrokenAnswers(Exception):
    """Answer files that can't be used; the message names them."""


def serve(model: Path, settings: Settings, say: Callable[[str], None] = print) -> None:
    """Serve until stopped.

    Raises:
        PortTaken: another program has the port, or this one may not use it.
        BrokenAnswers: an answer file can't be used.
    """
    listener = _listen(settings)
    if library().problems:
        raise BrokenAnswers("\n".join(map(str, library().problems)))
    app = make_app(load_agent(model, settings), settings)
    settle()
    host, port = listener.getsockname()[:2]

    async def started(*_: Any) -> None:
        say(f"The assistant answers at http://{host}:{port}/ (Ctrl+C stops it)")

    app.register_listener(started, "after_server_start")
    app.run(sock=listener, access_log=False, motd=False)


def make_app(agent: Agent, settings: Settings) -> Sanic:
    """Return the server's application: the channels and the pages, and nothing of Rasa's own HTTP interface."""
    app = Sanic("harm_reduction_assistant", configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.agent = agent
    app.config.PROXIES_COUNT = settings.proxies
    limits = Limits(settings.messages_per_minute, settings.messages_per_minute_and_address, settings.most_waiting)
    web = WebChannel(
        lambda: library().phrases,
        settings.most_characters,
        limits,
        notice_due=Notice(settings.conversation_minutes, not_names=_names_of_things()).is_due,
    )
    rasa_channels.register([web], app, route="/")
    app.blueprint(pages(lambda answer_id: library()[answer_id]))
    return app


def _names_of_things() -> list[str]:
    """Return what substances and services are called, which a scrubber could take for names of people."""
    names = yaml_files.read(DATA / "entities.yml").data
    return [word for meanings in names.values() for words in meanings.values() for word in words]


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(100)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Port {settings.port} on {settings.host} can't be used ({error.strerror}). "
            f"Stop the program that has it, or choose another port: make run PORT={settings.port + 1}"
        ) from error
    return listener
