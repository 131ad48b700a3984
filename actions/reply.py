"""Makes a reply of an answer: its text, what to ask next, and where it comes from."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.content.answers import MORE, OUT_OF_SCOPE, SECTIONS, Address, Answer
from bot.content.library import Library

TOPIC_SLOT = "topic"
NONE_OF_THESE = "none"
"""What the last button of a clarifying question stands for."""
ANSWER, CLARIFY, FALLBACK, URGENT = "answer", "clarify", "fallback", "urgent"
"""What kind of reply it is; channels show an urgent one differently."""

_WITH_URGENT_NOTE = (None, MORE, "what", "how")
"""Parts of an answer that somebody in danger may be reading; the others are about money, laws, studies."""


@functools.cache
def library() -> Library:
    """Return the answers: read once, and kept fresh from then on."""
    answers = Library()
    answers.watch()
    return answers


def say_answer(dispatcher: CollectingDispatcher, address: Address) -> list[EventType]:
    """Say an answer or a part of it; the talk is then on this topic."""
    answer = library()[address.answer_id]
    text = answer.part(address.part)
    if text is None:
        address, text = Address(answer.id), answer.text
    say(
        dispatcher,
        "\n\n".join(filter(None, [text, answer.urgent_note if address.part in _WITH_URGENT_NOTE else ""])),
        dict(_next_ones(answer, address.part)),
        kind=_kind(answer),
        answer=str(address),
        sources=[{"title": source.title, "url": source.url} for source in answer.sources_of(address.part)],
        checked_on=answer.reviewed_on,
    )
    return [SlotSet(TOPIC_SLOT, str(address))]


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
    if answer.more and part is None:
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
