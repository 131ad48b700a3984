"""Keeps up with edits where the actions run apart from the channels: `rasa run actions`."""

from __future__ import annotations

from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager

from bot.content.library import library


class Watching:
    """A plugin of Rasa's action server. In the assistant's own process, its server watches and this is never called."""

    @pluggy.HookimplMarker("rasa_sdk")
    def attach_sanic_app_extensions(self, app: Any) -> None:
        """Watch the answers from when the server of the actions starts."""

        async def watch(*_: Any) -> None:
            library().watch()

        app.register_listener(watch, "after_server_start")


if not plugin_manager().has_plugin(__name__):
    plugin_manager().register(Watching(), __name__)
