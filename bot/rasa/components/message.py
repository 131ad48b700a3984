"""What components leave on a message for the ones after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.matching.decision import URGENT_GROUP
from bot.matching.names import SERVICE, SUBSTANCE, Name
from bot.matching.reading import Reading

READING = "reading"
"""The attribute with what SentenceEncoder found out, a Reading; messages without text have none."""
ENCODE = "encode"
"""The attribute with what makes vectors of further texts, while serving."""
DANGER_ENTITY = "danger"
FOLLOW_UP = "follow_up"
"""The attribute with the urgent answer that what is said right after an urgent reply may be about."""
GOES_ON = "goes_on"
"""The attribute that says whether a message after an urgent reply sounds as if it were about something else."""
IS_PLACE = "is_place"
"""The attribute that says whether a message asks for a place and says nothing else: the last question is meant."""
NOT_ENGLISH_INTENT = "not_english"
PICK_INTENT = "pick"
"""The intent of buttons, and of messages that mean one."""


def with_readings(messages: Iterable[Message]) -> Iterator[tuple[Message, Reading]]:
    """Yield the messages that have text, each with its reading."""
    for message in messages:
        if reading := message.get(READING):
            yield message, reading


def names_of(message: Message) -> list[Name]:
    """Return the services and substances that NameEntities found."""
    return [
        Name(found["entity"], found["value"], found["start"], found["end"])
        for found in message.get(ENTITIES, [])
        if found["entity"] in (SERVICE, SUBSTANCE)
    ]


def is_foreign(message: Message) -> bool:
    """Tell whether EnglishOnly found a message to be in another language."""
    return _intent_of(message) == NOT_ENGLISH_INTENT


def is_settled(message: Message) -> bool:
    """Tell whether a message speaks of danger, isn't English or means a button; then nothing else matters."""
    return _intent_of(message) in (NOT_ENGLISH_INTENT, URGENT_GROUP, PICK_INTENT)


def may_be_danger(message: Message) -> bool:
    """Tell whether DangerGuard found that a message may speak of danger, and couldn't tell."""
    return any(found["entity"] == DANGER_ENTITY for found in message.get(ENTITIES, []))


def _intent_of(message: Message) -> str | None:
    name: str | None = (message.get(INTENT) or {}).get("name")
    return name


def set_urgent(message: Message, answer_id: str) -> None:
    """Give a message the intent `urgent`, and an urgent answer."""
    set_answer(message, URGENT_GROUP, answer_id)


def set_answer(message: Message, intent: str, answer_id: str) -> None:
    """Give a message an intent and an answer, for sure."""
    confidence = 1.0
    entry = {INTENT_RESPONSE_KEY: answer_id, "confidence": confidence}
    message.set(INTENT, {"name": intent, "confidence": confidence}, add_to_output=True)
    message.set("intent_ranking", [{"name": intent, "confidence": confidence}], add_to_output=True)
    selector = {
        "all_retrieval_intents": [intent],
        intent: {"response": {**entry, "utter_action": f"utter_{answer_id}"}, "ranking": [entry]},
    }
    message.set("response_selector", selector, add_to_output=True)


def note_danger(message: Message, answer_id: str) -> None:
    """Note on a message which urgent answer it needs if someone is in danger, as nobody can tell."""
    found = {"entity": DANGER_ENTITY, "value": answer_id, "start": 0, "end": len(message.get(TEXT))}
    message.set(ENTITIES, [*message.get(ENTITIES, []), found], add_to_output=True)
