"""Makes a reply of an answer: its text, what to ask next, and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.emergency import CHOOSE_COUNTRY, COUNTRY_SLOT, danger_near, if_now, numbers
from bot.content.answers import MORE, OUT_OF_SCOPE, SECTIONS, Address, Answer
from bot.content.library import library

TOPIC_SLOT = "topic"
NONE_OF_THESE = "none"
"""What the last button of a clarifying question stands for."""
ANSWER, CLARIFY, FALLBACK, URGENT = "answer", "clarify", "fallback", "urgent"
"""What kind of reply it is; channels show an urgent one differently."""

_NO_TOPICS = ("chat", OUT_OF_SCOPE)
"""Groups that nobody means by "it": thanks, greetings, what the assistant doesn't know."""
_WITH_URGENT_NOTE = (None, MORE, "what", "how")
"""Parts of an answer that somebody in danger may be reading; the others are about money, laws, studies."""


def say_answer(dispatcher: CollectingDispatcher, tracker: Tracker, address: Address) -> list[EventType]:
    """Say an answer or a part of it; the talk is then on this topic."""
    answer = library()[address.answer_id]
    text = answer.part(address.part)
    if text is None:
        address, text = Address(answer.id), answer.text
    first, last, buttons = "", "", dict(_next_ones(answer, address.part))
    danger = danger_near(tracker)
    if answer.group == URGENT:
        first = numbers(tracker.get_slot(COUNTRY_SLOT), answer.id)
        buttons[CHOOSE_COUNTRY] = library().phrases["choose_country"]
    elif danger:
        first, buttons = if_now(danger), {**offer([Address(danger)]), **buttons}
    elif address.part in _WITH_URGENT_NOTE:
        last = answer.urgent_note
    say(
        dispatcher,
        "\n\n".join(filter(None, [first, text, last])),
        buttons,
        kind=_kind(answer),
        answer=str(address),
        sources=[{"title": source.title, "url": source.url} for source in answer.sources_of(address.part)],
        checked_on=answer.reviewed_on,
    )
    return [SlotSet(TOPIC_SLOT, str(address))] if answer.group not in _NO_TOPICS else []


def say(dispatcher: CollectingDispatcher, text: str, buttons: dict[str, str], kind: str, **about: Any) -> None:
    """Say a text, with buttons: what each leads to, and its title.

    The project's own channels show the parts in `reply`; Rasa's stock channels show `text` and `buttons`.
    """
    dispatcher.utter_message(
        text="\n\n".join(filter(None, [text, _source_line(about)])),
        buttons=[
            {"title": title, "payload": "/pick" + json.dumps({"answer": answer})} for answer, title in buttons.items()
        ],
        reply={
            "kind": kind,
            "text": text,
            "buttons": [{"title": title, "answer": answer} for answer, title in buttons.items()],
            **about,
        },
    )


def offer(addresses: Sequence[Address]) -> dict[str, str]:
    """Return buttons that lead to answers."""
    answers = library()
    return {str(address): answers.title(address) for address in addresses if answers.has(address)}


def _next_ones(answer: Answer, part: str | None) -> Iterator[tuple[str, str]]:
    """Yield the buttons below an answer: the rest of it, then a service's other sections, else what people ask next."""
    phrases = library().phrases
    if answer.more and part in (None, "what"):
        yield str(Address(answer.id, MORE)), phrases["more"]
    if answer.sections and part != MORE:
        for section in SECTIONS:
            if section != part:
                yield str(Address(answer.id, section)), phrases[f"section_{section}"]
    else:
        yield from offer(answer.related).items()


def _kind(answer: Answer) -> str:
    return {"urgent": URGENT, OUT_OF_SCOPE: FALLBACK}.get(answer.group, ANSWER)


def _source_line(about: dict[str, Any]) -> str:
    if not about.get("sources"):
        return ""
    phrases = library().phrases
    sources = "; ".join(f"{source['title']} ({source['url']})" for source in about["sources"])
    return f"{phrases['sources']}: {sources}. {phrases['checked_on']} {about['checked_on']}."
