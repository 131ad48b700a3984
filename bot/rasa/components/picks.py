"""ListPicks: which of the buttons of the last reply a message means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.content.answers import URGENT_GROUP, Address
from bot.content.reply import Button, Choice, InCountry, Target, target_of
from bot.matching.picks import picked
from bot.rasa.components.context import CHECKED_SLOT, topic_of
from bot.rasa.components.message import PICK_INTENT, is_settled
from bot.rasa.components.places import HOME_ENTITY, PLACE_ENTITY

_MOST_WORDS_OF_A_PLACE = 4
_PAYLOAD = f"/{PICK_INTENT}"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ListPicks(GraphComponent, IntentClassifier):
    """Makes "the third" or "the legal one" the same as pressing that button of the last reply.

    After "where are you?", a country that is named is the same as its button. So is a place by itself, where a button
    leads to that question.

    An urgent answer is meant only where danger was spoken of: "the second one" of other buttons opens none.

    What continues the last answer (more, its sections) isn't counted, unless the reply asked what was meant: people
    count what they see in a list of answers.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ListPicks:
        """Make the component; it learns nothing."""
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Set the intent of each message that picks something, as a pressed button does."""
        buttons = _listed(tracker) if tracker else []
        for message in messages:
            text = message.get(TEXT) or ""
            if is_settled(message) or not text:
                continue
            if (target := _meant(message, text, buttons)) and not _is_out_of_the_blue(target, tracker):
                _press(message, target)
        return messages


def _meant(message: Message, text: str, buttons: Sequence[Button]) -> Target | None:
    targets = [button.target for button in buttons]
    countries = {found["entity"]: found["value"] for found in message.get(ENTITIES, [])}
    if PLACE_ENTITY in countries and any(isinstance(target, InCountry) for target in targets):
        return InCountry(countries[PLACE_ENTITY])
    if HOME_ENTITY in countries and Choice.COUNTRY in targets and len(text.split()) <= _MOST_WORDS_OF_A_PLACE:
        return InCountry(countries[HOME_ENTITY])
    listed = [button for button in buttons if not isinstance(button.target, Choice)]
    place = picked(text, [button.title for button in listed])
    return None if place is None else listed[place].target


def _is_out_of_the_blue(target: Target, tracker: DialogueStateTracker | None) -> bool:
    is_urgent = isinstance(target, Address) and target.group == URGENT_GROUP
    in_danger = topic_of(tracker).startswith(f"{URGENT_GROUP}/") or bool(tracker and tracker.get_slot(CHECKED_SLOT))
    return is_urgent and not in_danger


def _press(message: Message, target: Target) -> None:
    found = {"entity": "answer", "value": str(target), "start": 0, "end": len(message.get(TEXT))}
    message.set(INTENT, {"name": PICK_INTENT, "confidence": 1.0}, add_to_output=True)
    message.set(ENTITIES, [*message.get(ENTITIES, []), found], add_to_output=True)


def _listed(tracker: DialogueStateTracker) -> list[Button]:
    last = next((event for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
    buttons = [_button(one) for one in ((last and last.data.get("buttons")) or ())]
    others = [button for button in buttons if button.target is not Choice.NONE_OF_THESE]
    if len(others) < len(buttons):
        return others
    return [button for button in others if not isinstance(button.target, Address) or _is_another(button.target)]


def _is_another(address: Address) -> bool:
    return address.part is None


def _button(data: dict[str, str]) -> Button:
    return Button(data["title"], target_of(json.loads(data["payload"].removeprefix(_PAYLOAD))["answer"]))
