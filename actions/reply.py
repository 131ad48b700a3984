"""What all actions share: a turn in, a reply out, and what the conversation remembers of it."""

from __future__ import annotations

import dataclasses
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import CHECKED_SLOT, COUNTRY_SLOT, TOPIC_SLOT, Turn, language_of, last_said
from bot.content.answers import MORE, NO_TOPICS, URGENT_GROUP, Address
from bot.content.composing import focused, led_by, offer, reply_of, urgent_note
from bot.content.languages import ENGLISH, speaking, spoken
from bot.content.library import library
from bot.content.reply import Button, Choice, Kind, Reply, distinct
from bot.danger.directory import directory
from bot.danger.urgent import CRISIS, OVERDOSE, urgent_again, urgent_reply, with_check, with_place

_HUMAN = "chat/human"
_WHAT = "what"
_BY_COUNTRY = ("service", "law", "people", "health", "safety", "support", "drug", "boundary")
"""Groups of answers to which it matters where someone is."""


class ReplyAction(Action, ABC):
    """An action that makes one reply of a turn."""

    @abstractmethod
    def reply(self, turn: Turn) -> Reply:
        """Return what to say."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say it in the language of the conversation, and remember what the conversation is on."""
        with speaking(language_of(tracker)):
            return self._run(dispatcher, tracker)

    def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        reply = self.reply(turn)
        replies = [_in_language(one) for one in _with_what_else(turn, reply)]
        for one in replies:
            is_again = _as_text(one) == last_said(tracker) and not turn.picked
            _say(dispatcher, _other_words(one, turn.country) if is_again else one)
        events = []
        if replies[-1].checks != turn.checked:
            events.append(SlotSet(CHECKED_SLOT, replies[-1].checks or None))
        if turn.country != tracker.get_slot(COUNTRY_SLOT):
            events.append(SlotSet(COUNTRY_SLOT, turn.country))
        topics = (one.answer for one in (reply, *replies) if one.answer and one.answer.group not in NO_TOPICS)
        if topic := next(topics, None):
            events.append(SlotSet(TOPIC_SLOT, str(topic)))
        elif turn.urgent_topic and turn.checked and not turn.picked and not replies[-1].checks:
            events.append(SlotSet(TOPIC_SLOT, None))  # Asked how things stand, they wrote of something else.
        return events


def _with_what_else(turn: Turn, reply: Reply) -> list[Reply]:
    """Return a reply with all that belongs to it: a place, other questions, whether someone is in danger.

    The shortest comes first. The last asks, so that its buttons are where people look.
    """
    also = [address for address in turn.also if address.answer_id in library()] if reply.kind is Kind.ANSWER else []
    further = [address for address in map(library().nearest, also) if address != reply.answer]
    if reply.kind is Kind.ANSWER and turn.place and reply.answer and reply.answer.group in _BY_COUNTRY:
        reply = with_place(reply, directory().get(turn.place))
    replies = sorted([reply, *(show(turn, address) for address in further[:1])], key=lambda one: len(one.text))
    nearly = turn.nearly if reply.kind is Kind.ANSWER and not turn.picked else ()
    replies[-1] = _offering(replies[-1], [*further[1:], *(one for one in nearly if one != reply.answer)])
    if turn.may_be_danger and not (turn.checked or reply.is_urgent or reply.checks):
        replies[-1] = with_check(replies[-1])
    elif spoken() != ENGLISH and not (turn.picked or reply.is_urgent):  # Where danger is missed more often.
        cards = offer(library(), (OVERDOSE, CRISIS))
        replies[-1] = dataclasses.replace(replies[-1], buttons=distinct([*replies[-1].buttons, *cards]))
    return replies


def _in_language(reply: Reply) -> Reply:
    """Return a reply that says which language it is in, and says so in words if that isn't the person's own."""
    if spoken() == ENGLISH:
        return reply
    is_foreign = reply.answer and not library().speaks_of(reply.answer.answer_id)
    if is_foreign or (reply.text == library().phrases["clarify"] and not library().says("clarify")):
        return dataclasses.replace(reply, text=f"{library().phrases['not_translated']}\n\n{reply.text}")
    return dataclasses.replace(reply, language=spoken())


def show(turn: Turn, address: Address) -> Reply:
    """Return the reply that shows an answer, as it is needed in this turn."""
    is_about = address == turn.best_answer and address.part is None
    if address.group == URGENT_GROUP:
        return urgent_reply(address, turn.country, turn.place, (is_about and turn.parts) or ())
    if is_about and turn.parts is not None:
        return _follow_up(reply_of(library(), address), turn.parts)
    reply = reply_of(library(), address if turn.picked else _what_comes_next(address, turn.topic))
    if is_about and turn.passage is not None:
        reply = led_by(library(), reply, turn.passage)
    if address.answer_id == _HUMAN:
        country = Button(library().phrases["choose_country"], Choice.COUNTRY)
        reply = dataclasses.replace(reply, buttons=(country, *reply.buttons))
    shown = reply.answer or address
    note = "" if _was_noted(shown, turn.topic) else urgent_note(library(), shown)
    return dataclasses.replace(reply, text="\n\n".join(filter(None, [reply.text, note])))


def _was_noted(address: Address, topic: Address | None) -> bool:
    """Tell whether the urgent note of an answer was given just before, with another part of it."""
    return topic is not None and topic.answer_id == address.answer_id and bool(urgent_note(library(), topic))


def _follow_up(reply: Reply, parts: Sequence[int]) -> Reply:
    """Return the parts of an answer that fit a follow-up; if none does, say so and repeat what matters most.

    The urgent note isn't repeated.
    """
    if parts:
        return focused(library(), reply, parts)
    main = focused(library(), reply, [0])
    return dataclasses.replace(main, text=f"{library().phrases['not_quite']}\n\n{main.text}")


def _offering(reply: Reply, addresses: Iterable[Address]) -> Reply:
    """Return a reply that begins its buttons with those for further answers."""
    return dataclasses.replace(reply, buttons=distinct([*offer(library(), addresses), *reply.buttons]))


def _other_words(reply: Reply, country: str | None) -> Reply:
    """Return what to say instead of the very same words once more."""
    if reply.is_urgent:
        return urgent_again(reply, country)
    phrase = "again" if reply.kind is Kind.ANSWER else "again_lost"
    if not library().says(phrase):
        return reply  # Better the same words once more than others in English.
    return dataclasses.replace(reply, text=library().phrases[phrase])


def _what_comes_next(address: Address, topic: Address | None) -> Address:
    """Return the rest of an answer instead of the answer once more, which they have just read."""
    more = Address(address.answer_id, MORE)
    shown_by = {None: (None, _WHAT, MORE), _WHAT: (_WHAT, MORE)}.get(address.part, ())
    shown = topic is not None and topic.answer_id == address.answer_id and topic.part in shown_by
    return more if shown and library().has(more) else address


def _say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Hand a reply over to Rasa.

    The project's own doors show `reply`; Rasa's stock channels show `text` and `buttons`.
    """
    dispatcher.utter_message(
        text=_as_text(reply),
        buttons=[
            {"title": button.title, "payload": "/pick" + json.dumps({"answer": str(button.target)})}
            for button in reply.buttons
        ],
        reply=reply.as_json(),
    )


def _as_text(reply: Reply) -> str:
    return "\n\n".join(filter(None, [reply.text, _source_line(reply)]))


def _source_line(reply: Reply) -> str:
    if not reply.sources:
        return ""
    phrases = library().phrases
    sources = "; ".join(f"{source.title} ({source.url})" for source in reply.sources)
    return f"{phrases['sources']}: {sources}. {phrases['checked_on']} {reply.checked_on}."
