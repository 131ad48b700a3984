"""The assistant in a terminal: what a question is answered with and why, or a conversation."""

from __future__ import annotations

import json
import secrets
import sys
import textwrap
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent

from actions.reply import ANSWER, CLARIFY, FALLBACK, NONE_OF_THESE, URGENT
from actions.understanding import OF_HARM_REDUCTION
from bot.channels.messages import Replies, button_message, text_message
from bot.content.answers import OUT_OF_SCOPE, SECTION_GROUP, Address

_CHANNEL = "terminal"
_WIDTH = 88
_MOST_ALTERNATIVES = 5


@dataclass(frozen=True)
class Asked:
    """A question, what was decided about it, and the replies."""

    question: str
    answer_id: str
    section: str | None
    confidence: float
    decision: str
    alternatives: list[dict[str, Any]]
    replies: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return what `bot ask --json` writes. A contract: evaluations outside this project read it."""
        return {
            "question": self.question,
            "answer_id": self.answer_id,
            "section": self.section,
            "confidence": self.confidence,
            "decision": self.decision,
            "alternatives": self.alternatives,
            "replies": [reply["text"] for reply in self.replies],
        }


async def ask(agent: Agent, question: str) -> Asked:
    """Ask one question, in a conversation of its own."""
    replies = Replies()
    conversation = secrets.token_hex(16)
    message = text_message(question, conversation, _CHANNEL, replies)
    if not message.text:
        return Asked(question, OUT_OF_SCOPE, None, 0.0, FALLBACK, [], [])
    await agent.handle_message(message)
    tracker = await agent.tracker_store.retrieve(conversation)
    assert tracker is not None
    assert tracker.latest_message is not None
    understood = tracker.latest_message.parse_data
    decision = next((reply["kind"] for reply in replies.replies), FALLBACK)
    ranking = list(_ranking(understood))
    meant = Address(OUT_OF_SCOPE)
    if decision in (ANSWER, URGENT):
        meant = Address.parse(replies.replies[0]["answer"])
    elif decision == CLARIFY:
        offered = [button["answer"] for button in replies.replies[0]["buttons"] if button["answer"] != NONE_OF_THESE]
        meant = Address.parse(offered[0])
        confidences = {entry["id"]: entry["confidence"] for entry in ranking}
        ids = [Address.parse(answer).answer_id for answer in offered]
        ranking = [{"id": answer_id, "confidence": confidences.get(answer_id, 0.0)} for answer_id in ids]
    if decision != CLARIFY:
        ranking = [entry for entry in ranking if entry["id"] != meant.answer_id]
    confidence = round(float(understood["intent"]["confidence"]), 4)
    return Asked(
        question, meant.answer_id, meant.part, confidence, decision, ranking[:_MOST_ALTERNATIVES], replies.replies
    )


def _ranking(understood: dict[str, Any]) -> Iterable[dict[str, Any]]:
    found = understood.get("response_selector", {}).get(understood["intent"]["name"], {})
    seen = set()
    for entry in found.get("ranking", []):
        label = entry["intent_response_key"]
        group, _, section = label.partition("/")
        answer_id = OF_HARM_REDUCTION[section].answer_id if section in OF_HARM_REDUCTION else None
        answer_id = answer_id if group == SECTION_GROUP else label
        if answer_id and answer_id not in seen:
            seen.add(answer_id)
            yield {"id": answer_id, "confidence": round(float(entry["confidence"]), 4)}


async def ask_all(agent: Agent, questions: Iterable[str]) -> AsyncIterator[Asked]:
    """Ask questions one after the other, each in a conversation of its own."""
    for question in questions:
        yield await ask(agent, question)


async def ask_and_explain(agent: Agent, question: str) -> None:
    """Print what a question is answered with, and why."""
    asked = await ask(agent, question)
    section = f", section `{asked.section}`" if asked.section else ""
    print(f"{asked.decision}: {asked.answer_id}{section}, confidence {asked.confidence:.2f}")
    for entry in asked.alternatives:
        print(f"    or {entry['id']} ({entry['confidence']:.2f})")
    for reply in asked.replies:
        _print_reply(reply)


async def ask_as_json(agent: Agent, lines: Iterable[str]) -> None:
    """Write one JSON object a line for each question."""
    async for asked in ask_all(agent, (line.rstrip("\r\n") for line in lines)):
        print(json.dumps(asked.as_json(), ensure_ascii=False), flush=True)


async def chat(agent: Agent) -> None:
    """Talk with the person at the terminal until they leave."""
    conversation = secrets.token_hex(16)
    buttons: list[dict[str, str]] = []
    print("Ask anything. A number presses a button; an empty line or Ctrl+D leaves.")
    while line := _typed():
        replies = Replies()
        pressed = buttons[int(line) - 1] if line.isdecimal() and 0 < int(line) <= len(buttons) else None
        message = (
            button_message(pressed["answer"], conversation, _CHANNEL, replies)
            if pressed
            else text_message(line, conversation, _CHANNEL, replies)
        )
        print("…", end="", flush=True)
        if message.text:
            await agent.handle_message(message)
        print("\r", end="")
        buttons = []
        for reply in replies.replies:
            _print_reply(reply)
            buttons = reply["buttons"]


def _typed() -> str:
    try:
        return input("\nyou > ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return ""


def _print_reply(reply: dict[str, Any]) -> None:
    print()
    for line in reply["text"].splitlines():
        print(textwrap.fill(line, _WIDTH, subsequent_indent="  " if line[:1] in "-123456789" else "") if line else "")
    for number, button in enumerate(reply["buttons"], start=1):
        print(f"  [{number}] {button['title']}")
    for source in reply.get("sources", []):
        print(f"  Source: {source['title']}, {source['url']}")
    if reply.get("checked_on"):
        print(f"  Checked on {reply['checked_on']}", file=sys.stdout)
