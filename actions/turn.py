"""What Rasa understood of a message and remembers of the conversation, read out of its tracker once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.content.answers import MORE, OF_HARM_REDUCTION, SECTION_GROUP, URGENT_GROUP, Address
from bot.content.languages import ASKED_KEY, ENGLISH, LANGUAGE_KEY
from bot.content.library import library
from bot.content.reply import InCountry, Target, target_of

NEARLY, MOST_NEARLY = 0.2, 2
"""What share of the confidence of all answers one has that is offered beside the likeliest, and how many are."""
TOPIC_SLOT, COUNTRY_SLOT, CHECKED_SLOT = "topic", "country", "checked"


@dataclass(frozen=True)
class Turn:
    """One message, as understood, in its conversation.

    Attributes:
        intent: the group of answers that it is about, or what else Rasa's intents stand for (domain.yml).
        labels: what it may ask for, the likeliest first: ids of answers, or `section/…` for the topic's section.
        section: the section of a service that it asks for.
        service: the id of the service that it names.
        may_be_danger: whether it may be from someone in danger, and nobody can tell.
        checked: whether the last reply asked if someone is in danger.
        picked: what the button that was pressed leads to; None for typed words and buttons that lead nowhere.
        topic: the answer that the conversation is on.
        country: the id of the person's country.
        place: the id of the country that the message names.
        also: what else the message asks for.
        nearly: answers that the message may ask for almost as likely as for the likeliest.
        passage: which paragraph of the likeliest answer's `more` it is about, counted from 0.
        parts: which parts of the likeliest answer fit best, counted from 0, if the message is a follow-up to it:
            empty for a question that none of them fits. None if it is no follow-up.
        asks_for_language: whether the message only asks to be answered in the language that is being spoken.
    """

    intent: str
    labels: tuple[str, ...]
    section: str | None
    service: str | None
    may_be_danger: bool
    checked: bool
    picked: Target | None
    topic: Address | None
    country: str | None
    place: str | None = None
    also: tuple[Address, ...] = ()
    nearly: tuple[Address, ...] = ()
    passage: int | None = None
    parts: tuple[int, ...] | None = None
    asks_for_language: bool = False

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        """Read a turn out of the tracker."""
        message = tracker.latest_message
        intent = message["intent"]["name"]
        ranking = message.get("response_selector", {}).get(intent, {}).get("ranking", [])
        topic = tracker.get_slot(TOPIC_SLOT)
        picked = _target(_entity(tracker, "answer"))
        passage, parts = _entity(tracker, "passage"), _entity(tracker, "part")
        return cls(
            intent,
            tuple(entry["intent_response_key"] for entry in ranking),
            _entity(tracker, "section"),
            _entity(tracker, "service"),
            _entity(tracker, "danger") is not None,
            bool(tracker.get_slot(CHECKED_SLOT)),
            picked,
            Address.parse(topic) if topic else None,
            picked.id if isinstance(picked, InCountry) else _entity(tracker, "home") or tracker.get_slot(COUNTRY_SLOT),
            _entity(tracker, "place"),
            tuple(map(Address.parse, tracker.get_latest_entity_values("also"))),
            _nearly(ranking),
            int(passage) if passage else None,
            None if parts is None else tuple(map(int, parts.split())),
            bool((message.get("metadata") or {}).get(ASKED_KEY)),
        )

    @property
    def urgent_topic(self) -> Address | None:
        """The urgent answer that was the last to be given, if the conversation is still on it."""
        return self.topic if self.topic and self.topic.answer_id.startswith(f"{URGENT_GROUP}/") else None

    @property
    def still_in_danger(self) -> Address | None:
        """The urgent answer that the conversation is on, unless the last reply has already asked how things stand."""
        return None if self.checked else self.urgent_topic

    @property
    def asked_for(self) -> tuple[Address, ...]:
        """The answers that the message may ask for, the likeliest first."""
        found = map(self._answer_for, self.labels)
        return tuple(address for address in found if address and library().has(address))

    @property
    def best_answer(self) -> Address | None:
        """What the message most likely asks for; None if that is a section of a topic that hasn't come up."""
        address = self._answer_for(self.labels[0]) if self.labels else None
        return address if address and library().has(address) else None

    def _answer_for(self, label: str) -> Address | None:
        group, _, name = label.partition("/")
        if group == SECTION_GROUP:
            return self._section_of_topic(name)
        return library().nearest(Address(label, self.section)) if label in library() else None

    def _section_of_topic(self, section: str) -> Address | None:
        topic = self.service or (self.topic.answer_id if self.topic else None)
        if topic and topic in library():
            if library()[topic].sections:
                return library().nearest(Address(topic, section))
            if section == "what" and library()[topic].more:
                return Address(topic, MORE)
        return OF_HARM_REDUCTION.get(section)


def language_of(tracker: Tracker) -> str:
    """Return the code of the language that a message is to be answered in (bot/rasa/dialogue.py)."""
    return str((tracker.latest_message.get("metadata") or {}).get(LANGUAGE_KEY) or ENGLISH)


def last_said(tracker: Tracker) -> str | None:
    """Return the text of the assistant's last reply."""
    return next((event["text"] for event in reversed(tracker.events) if event["event"] == "bot"), None)


def _nearly(ranking: Sequence[Mapping[str, Any]]) -> tuple[Address, ...]:
    """Return the answers after the likeliest that have a good share of the confidence of all."""
    confidences = [entry.get("confidence", 0.0) for entry in ranking]
    labels = [entry["intent_response_key"] for entry in ranking[1 : 1 + MOST_NEARLY]]
    likely = zip(labels, confidences[1:], strict=False)
    return tuple(
        Address(label) for label, found in likely if found >= NEARLY * sum(confidences) > 0 and label in library()
    )


def _entity(tracker: Tracker, name: str) -> str | None:
    return next(tracker.get_latest_entity_values(name), None)


def _target(text: str | None) -> Target | None:
    try:
        return target_of(text) if text else None
    except ValueError:
        return None
