"""Answers a question, or what a button stands for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.emergency import CHOOSE_COUNTRY, COUNTRY_SLOT, chosen_country, country_choices
from actions.reply import CLARIFY, FALLBACK, NONE_OF_THESE, offer, say, say_answer
from actions.understanding import best_answer, urgent_topic
from bot.content.answers import OUT_OF_SCOPE, Address
from bot.content.library import library

URGENT_ANSWER = Address("urgent/overdose")


class ActionAnswer(Action):
    """Answers what the matcher found."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the answer."""
        return say_answer(dispatcher, tracker, best_answer(tracker) or Address(OUT_OF_SCOPE))


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
        if picked == CHOOSE_COUNTRY:
            say(dispatcher, library().phrases["which_country"], country_choices(), CLARIFY)
            return []
        country = chosen_country(picked)
        if country:
            tracker.slots[COUNTRY_SLOT] = country
            topic = urgent_topic(tracker) or URGENT_ANSWER
            return [SlotSet(COUNTRY_SLOT, country), *say_answer(dispatcher, tracker, topic)]
        return say_answer(dispatcher, tracker, _address(picked))


def _address(picked: str) -> Address:
    try:
        address = Address.parse(picked)
    except ValueError:
        return Address(OUT_OF_SCOPE)
    return address if library().has(address) else Address(OUT_OF_SCOPE)
