"""What the assistant does when it isn't sure, or doesn't know."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.reply import CLARIFY, FALLBACK, NONE_OF_THESE, offer, say, say_answer
from actions.understanding import asked_for, urgent_topic
from bot.content.answers import OUT_OF_SCOPE, Address
from bot.content.library import library


class ActionClarify(Action):
    """Asks which of the likeliest answers is meant."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_clarify"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Offer the candidates' titles, and none of them; right after an urgent reply, stay with that."""
        danger = urgent_topic(tracker)
        if danger:
            return say_answer(dispatcher, tracker, danger)
        phrases = library().phrases
        buttons = {**offer(list(asked_for(tracker))), NONE_OF_THESE: phrases["none_of_these"]}
        say(dispatcher, phrases["clarify"], buttons, CLARIFY)
        return []


class ActionFallback(Action):
    """Says that it doesn't know this, and what it does know."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_fallback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Offer topics; right after an urgent reply, stay with that. The talk stays on the topic that it was on."""
        say_answer(dispatcher, tracker, urgent_topic(tracker) or Address(OUT_OF_SCOPE))
        return []


class ActionEnglishOnly(Action):
    """Says that it understands English only, so far."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_english_only"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say so, and what to do in danger; right after an urgent reply, stay with that."""
        danger = urgent_topic(tracker)
        if danger:
            return say_answer(dispatcher, tracker, danger)
        say(dispatcher, library().phrases["english_only"], {}, FALLBACK)
        return []
