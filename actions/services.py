"""Describes a service: as a whole, or the section that was asked for, also when the question only says "it"."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.reply import CLARIFY, say, say_answer
from actions.understanding import asked_section, best_answer
from bot.content.answers import Address
from bot.content.library import library


class ActionService(Action):
    """Describes the service that a message asks about, or that the talk is on."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_service"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the section that was asked for, or the answer in general; ask which service if none is in sight."""
        answer = best_answer(tracker)
        if answer:
            return say_answer(dispatcher, tracker, answer)
        services = [Address(answer.id, asked_section(tracker)) for answer in library() if answer.group == "service"]
        buttons = {str(address): library()[address.answer_id].title for address in services}
        say(dispatcher, library().phrases["which_service"], buttons, CLARIFY)
        return []
