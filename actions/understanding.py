"""Reads what was asked for out of Rasa's tracker: the matcher's candidates, in the light of the topic of the talk."""

from __future__ import annotations

from collections.abc import Iterator

from rasa_sdk import Tracker

from actions.reply import TOPIC_SLOT, URGENT
from bot.content.answers import MORE, SECTION_GROUP, Address
from bot.content.library import library

OF_HARM_REDUCTION = {
    "what": Address("faq/definition"),
    "how": Address("faq/includes"),
    "evidence": Address("faq/effective"),
    "cost": Address("faq/cost_effective"),
    "who": Address("faq/who_is_it_for"),
}
"""Before any service has come up, "it" is harm reduction itself."""


def asked_for(tracker: Tracker) -> Iterator[Address]:
    """Yield what a message may ask for, the likeliest first."""
    for label in _labels(tracker):
        answer = _answer_for(label, tracker)
        if answer and library().has(answer):
            yield answer


def best_answer(tracker: Tracker) -> Address | None:
    """Return what a message most likely asks for; None if that is a section of a topic that hasn't come up."""
    label = next(iter(_labels(tracker)), None)
    answer = _answer_for(label, tracker) if label else None
    return answer if answer and library().has(answer) else None


def asked_section(tracker: Tracker) -> str | None:
    """Return the section that a message asks for, if it asks for one."""
    return next(tracker.get_latest_entity_values("section"), None)


def urgent_topic(tracker: Tracker) -> Address | None:
    """Return the urgent answer that was the last to be given, if the talk is still on it."""
    topic = tracker.get_slot(TOPIC_SLOT) or ""
    return Address.parse(topic) if topic.startswith(f"{URGENT}/") else None


def _labels(tracker: Tracker) -> list[str]:
    message = tracker.latest_message
    found = message.get("response_selector", {}).get(message["intent"]["name"], {})
    return [entry["intent_response_key"] for entry in found.get("ranking", [])]


def _answer_for(label: str, tracker: Tracker) -> Address | None:
    """Return the answer that a label of the matcher stands for; None for a section of nothing."""
    group, _, name = label.partition("/")
    if group == SECTION_GROUP:
        return _section_of_topic(name, tracker)
    section = asked_section(tracker)
    address = Address(label, section)
    return address if library().has(address) else Address(label)


def _section_of_topic(section: str, tracker: Tracker) -> Address | None:
    service = next(tracker.get_latest_entity_values("service"), None)
    topic = service or _topic(tracker)
    if topic:
        if library().has(Address(topic, section)):
            return Address(topic, section)
        if section == "what" and library().has(Address(topic, MORE)):
            return Address(topic, MORE)
    return OF_HARM_REDUCTION.get(section)


def _topic(tracker: Tracker) -> str | None:
    topic = tracker.get_slot(TOPIC_SLOT)
    return Address.parse(topic).answer_id if topic else None
