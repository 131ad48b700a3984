"""What a question is answered with, and why: for `bot ask`, and for whoever measures the assistant."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.content.answers import OF_HARM_REDUCTION, OUT_OF_SCOPE, SECTION_GROUP, Address
from bot.content.reply import Kind, Reply
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Reason, Refused, Said

_CHANNEL = "terminal"
_MOST_ALTERNATIVES = 5


@dataclass(frozen=True)
class Alternative:
    """An answer that was close, and how likely it was, from 0 to 1."""

    answer_id: str
    confidence: float


@dataclass(frozen=True)
class Asked:
    """A question, what was decided about it, and the replies.

    `danger` is `urgent` if the reply is for someone in danger, `check` if it asks whether someone is. `found` are the
    names, places and sections in the question: kind and value.
    """

    question: str
    answer_id: str
    section: str | None
    confidence: float
    decision: Kind
    danger: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    replies: tuple[Reply, ...] = ()
    found: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what `bot ask --json` writes. A contract: evaluations outside this project read it."""
        return {
            "question": self.question,
            "answer_id": self.answer_id,
            "section": self.section,
            "confidence": self.confidence,
            "decision": self.decision.value,
            "danger": self.danger,
            "alternatives": [{"id": one.answer_id, "confidence": one.confidence} for one in self.alternatives],
            "replies": [reply.text for reply in self.replies],
        }


async def ask(assistant: Assistant, question: str) -> Asked:
    """Ask one question, in a conversation of its own.

    Raises:
        Refused: it can't be answered.
    """
    said = Said(secrets.token_hex(16), _CHANNEL, question)
    try:
        replies = await assistant.reply(said)
    except Refused as refused:
        if refused.reason is Reason.EMPTY:
            return Asked(question, OUT_OF_SCOPE, None, 0.0, Kind.FALLBACK)
        raise
    understood = await assistant.dialogue.understood(said.conversation)
    first, ranking = replies[0], dict(_ranking(understood))
    offered = [button.target for button in first.buttons if isinstance(button.target, Address)]
    if first.kind is Kind.CLARIFY:
        meant = offered[0]
        close = [Alternative(address.answer_id, ranking.get(address.answer_id, 0.0)) for address in offered]
    else:
        meant = first.answer if first.answer and first.kind is not Kind.FALLBACK else Address(OUT_OF_SCOPE)
        close = [Alternative(*entry) for entry in ranking.items() if entry[0] != meant.answer_id]
    confidence = round(float(understood["intent"]["confidence"]), 4)
    close = close[:_MOST_ALTERNATIVES]
    is_urgent, checks = any(reply.is_urgent for reply in replies), any(reply.checks for reply in replies)
    danger = "urgent" if is_urgent else "check" if checks else None
    found = tuple((entity["entity"], str(entity["value"])) for entity in understood.get("entities", ()))
    return Asked(
        question, meant.answer_id, meant.part, confidence, first.kind, danger, tuple(close), tuple(replies), found
    )


async def ask_each(assistant: Assistant, questions: Sequence[str]) -> list[Asked]:
    """Ask questions, each in a conversation of its own. Together they take less time than one by one.

    Raises:
        Refused: one can't be answered.
    """
    ahead = assistant.having_read(questions)
    return [await ask(ahead, question) for question in questions]


def _ranking(understood: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the likeliest answers and how likely they are; the first of an answer counts."""
    found = understood.get("response_selector", {}).get(understood["intent"]["name"], {})
    seen = set()
    for entry in found.get("ranking", []):
        label = entry["intent_response_key"]
        group, _, section = label.partition("/")
        if group == SECTION_GROUP:
            label = OF_HARM_REDUCTION[section].answer_id if section in OF_HARM_REDUCTION else ""
        if label and label not in seen:
            seen.add(label)
            yield label, round(float(entry["confidence"]), 4)
