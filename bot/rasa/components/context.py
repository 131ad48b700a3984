"""What a message may lean on, read out of Rasa's tracker."""

from __future__ import annotations

from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.content.answers import MORE, Address
from bot.content.library import library
from bot.matching.conversations import context_on
from bot.matching.reference import Context
from bot.rasa.components.message import PICK_INTENT

TOPIC_SLOT, CHECKED_SLOT = "topic", "checked"


def context_of(tracker: DialogueStateTracker | None) -> Context | None:
    """Return what a message may lean on; None at the beginning, and while the answer that it was on is gone."""
    topic = topic_of(tracker)
    if tracker is None or topic not in library():
        return None
    return context_on(topic, said_before(tracker), _lately(tracker))


def said_before(tracker: DialogueStateTracker | None) -> str:
    """Return what was typed before; nothing if a button was pressed."""
    previous = tracker.latest_message if tracker else None
    return (previous.text or "") if previous and previous.intent.get("name") != PICK_INTENT else ""


def topic_of(tracker: DialogueStateTracker | None) -> str:
    """Return the id of the answer that the conversation is on, or nothing."""
    address = tracker and tracker.get_slot(TOPIC_SLOT)
    return Address.parse(address).answer_id if address else ""


def section_of(tracker: DialogueStateTracker | None) -> str:
    """Return the section of a service that the conversation is on, or nothing."""
    address = tracker and tracker.get_slot(TOPIC_SLOT)
    part = Address.parse(address).part if address else None
    return part if part and part != MORE else ""


def _lately(tracker: DialogueStateTracker) -> tuple[str, ...]:
    """Return the ids of the answers that the conversation was on, the last first."""
    set_to = [
        event.value
        for event in tracker.events
        if isinstance(event, SlotSet) and event.key == TOPIC_SLOT and event.value
    ]
    return tuple(dict.fromkeys(Address.parse(address).answer_id for address in reversed(set_to)))
