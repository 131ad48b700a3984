"""The doors for `rasa run`, named in credentials.yml: there, Rasa makes the channels first and the agent later."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr
from rasa.core.agent import Agent
from sanic import Blueprint, Sanic

from bot.channels.telegram import TelegramChannel
from bot.channels.web.channel import WebChannel
from bot.content.library import library
from bot.conversation.assistant import Assistant
from bot.privacy.store import ForgetfulTrackerStore
from bot.rasa.dialogue import Dialogue


class Web(WebChannel):
    """The web chat."""

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> Web:
        """Make the channel with the settings that credentials.yml gives it: those of the assistant."""
        return cls(_assistant(**(credentials or {})))

    def blueprint(self, on_new_message: Any) -> Blueprint:
        """Return the routes; the assistant gets its agent when the server starts."""
        return _with_agent(super().blueprint(on_new_message), self._assistant)


class Telegram(TelegramChannel):
    """Telegram; credentials.yml has its `token`, and any other setting."""

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> Telegram:
        """Make the channel with the settings that credentials.yml gives it."""
        settings = dict(credentials or {})
        return cls(_assistant(), SecretStr(settings.pop("token")), library(), **settings)

    def blueprint(self, on_new_message: Any) -> Blueprint:
        """Return the routes; the assistant gets its agent when the server starts."""
        return _with_agent(super().blueprint(on_new_message), self._assistant)


def _assistant(**settings: Any) -> Assistant:
    return Assistant(Dialogue(Agent(tracker_store=ForgetfulTrackerStore())), **settings)


def _with_agent(routes: Blueprint, assistant: Assistant) -> Blueprint:
    @routes.after_server_start
    async def agent_is_there(app: Sanic, _: Any) -> None:
        assistant.dialogue = Dialogue(app.ctx.agent)
        library().watch()

    return routes
