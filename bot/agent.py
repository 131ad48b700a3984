"""Puts the assistant together: Rasa's agent, the trained model, the actions in this process, the store that forgets."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot import rasa_fixes
from bot.privacy.store import ForgetfulTrackerStore
from bot.settings import Settings


class ActionsInProcess(EndpointConfig):
    """Stands where Rasa expects the address of an action server, and runs the actions here instead of sending them."""

    def __init__(self) -> None:
        super().__init__()
        logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run the action that Rasa would have sent."""
        assert json is not None
        return await self._executor.run(json)


def load_agent(model: Path, settings: Settings) -> Agent:
    """Load the trained model."""
    rasa_fixes.apply()
    return Agent.load(
        model_path=model,
        tracker_store=ForgetfulTrackerStore(
            most_turns=settings.most_turns,
            lifetime_minutes=settings.conversation_minutes,
            idle_minutes=settings.idle_minutes,
        ),
        action_endpoint=ActionsInProcess(),
    )
