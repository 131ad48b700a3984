"""Scripted conversations: what is said, and what must and mustn't come back at each turn."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.answers import OUT_OF_SCOPE, Address
from bot.content.library import library
from bot.content.reply import Kind, Reply
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Said
from tests.support import ROOT

CONVERSATIONS = ROOT / "tests" / "conversations"


LINES_BY_COUNTRY = {"chat/human", "urgent/crisis"}
"""What the numbers of a country, which are no answer file, are as good as."""


@dataclass(frozen=True)
class Turn:
    """One message of a conversation, the replies to it, and what is wrong with them."""

    said: str
    replies: Sequence[Reply]
    faults: Sequence[str]


@dataclass(frozen=True)
class Conversation:
    """A conversation that was had."""

    name: str
    turns: Sequence[Turn]

    @property
    def right(self) -> bool:
        return not any(turn.faults for turn in self.turns)


def scripts(folder: str) -> list[Path]:
    return sorted((CONVERSATIONS / folder).glob("*.yml"))


async def have(assistant: Assistant, script: Path) -> Conversation:
    """Say all that a script has, and judge the replies."""
    conversation = secrets.token_hex(8)
    turns = []
    for wanted in yaml.safe_load(script.read_text())["turns"]:
        replies = await assistant.reply(Said(conversation, "test", wanted["say"]))
        turns.append(Turn(wanted["say"], replies, list(_faults(wanted, replies))))
    return Conversation(script.stem, turns)


def _faults(wanted: Mapping[str, Any], replies: Sequence[Reply]) -> Iterator[str]:
    yield from _faults_of_danger(wanted, replies)
    yield from _faults_of_answers(wanted, replies)
    text = "\n".join(reply.text for reply in replies).lower()
    for words in wanted.get("never", ()):
        if words.lower() in text:
            yield f"says {words!r}"
    for pattern in wanted.get("must", ()):
        if not re.search(pattern.lower(), text):
            yield f"doesn't say {pattern!r}"


def _faults_of_danger(wanted: Mapping[str, Any], replies: Sequence[Reply]) -> Iterator[str]:
    urgent = next((reply for reply in replies if reply.is_urgent), None)
    level = "urgent" if urgent else "check" if any(reply.checks for reply in replies) else "nothing"
    fair = wanted.get("danger", ["nothing"])
    if urgent and urgent.answer and urgent.answer.answer_id in wanted.get("about", ()):
        return
    if level not in fair:
        yield f"{level}, not {' or '.join(fair)}"
    cards = [f"urgent/{card}" for card in wanted.get("card", ())]
    if urgent and cards and str(urgent.answer) not in cards:
        yield f"{urgent.answer}, not {' or '.join(cards)}"


def _faults_of_answers(wanted: Mapping[str, Any], replies: Sequence[Reply]) -> Iterator[str]:
    """A message that nobody could understand (`unsure`) may be asked back, one that asks for several things be offered some."""
    answers = [reply.answer for reply in replies if reply.answer]
    given = {answer.answer_id for answer in answers}
    if any(reply.sources and not reply.answer for reply in replies):
        given |= LINES_BY_COUNTRY
    if all(reply.kind in (Kind.FALLBACK, Kind.CLARIFY) for reply in replies):
        given.add(OUT_OF_SCOPE)
        if wanted.get("unsure"):
            return
    about = wanted.get("about", ())
    if about and not given.intersection(about):
        yield f"{' and '.join(sorted(given)) or 'nothing'}, not {' or '.join(about)}"
    elif "section" in wanted and not any(_is_of(answer, wanted["section"]) for answer in answers):
        yield f"{' and '.join(map(str, answers))}, not its {' or '.join(wanted['section'])}"
    offered = {
        button.target.answer_id for reply in replies for button in reply.buttons if isinstance(button.target, Address)
    }
    for further in wanted.get("also", ()):
        if not (given | offered).intersection(further):
            yield f"neither answers nor offers {' or '.join(further)}"


def _is_of(answer: Address, sections: Sequence[str]) -> bool:
    return not library()[answer.answer_id].sections or any(
        answer == library().nearest(Address(answer.answer_id, section)) for section in sections
    )
