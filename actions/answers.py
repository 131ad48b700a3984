"""Answers a question, or what a button stands for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.reply import FALLBACK, NONE_OF_THESE, library, offer, say, say_answer
from actions.understanding import best_answer
from bot.content.answers import OUT_OF_SCOPE, Address


class ActionAnswer(Action):
    """Answers what the matcher found."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the answer."""
        return say_answer(dispatcher, best_answer(tracker) or Address(OUT_OF_SCOPE))


class ActionPick(Action):
    """Answers a button."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_pick"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the button's answer; an old button, whose answer is gone, gets the fallback."""
        picked = next(tracker.get_latest_entity_values("answer"), "")
        if picked == NONE_OF_THESE:
            say(dispatcher, library().phrases["clarify_declined"], offer(library()[OUT_OF_SCOPE].related), FALLBACK)
            return []
        try:
            address = Address.parse(picked)
        except ValueError:
            address = Address(OUT_OF_SCOPE)
        return say_answer(dispatcher, address if library().has(address) else Address(OUT_OF_SCOPE))
