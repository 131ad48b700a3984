"""Scripted conversations: what is said, and what must and mustn't come back at each turn."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.reply import Reply
from bot.conversation.assistant import Assistant, Said
from tests.support import ROOT

CONVERSATIONS = ROOT / "tests" / "conversations"


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


def _faults(wanted: Mapping[str, Any], replies: Sequence[Reply]):
    text = "\n".join(reply.text for reply in replies).lower()
    urgent = next((reply for reply in replies if reply.is_urgent), None)
    level = "urgent" if urgent else "check" if any(reply.checks for reply in replies) else "nothing"
    if level not in wanted["danger"]:
        yield f"{level}, not {' or '.join(wanted['danger'])}"
    cards = [f"urgent/{card}" for card in wanted.get("about", ())]
    if urgent and cards and str(urgent.answer) not in cards:
        yield f"{urgent.answer}, not {' or '.join(cards)}"
    for words in wanted.get("never", ()):
        if words.lower() in text:
            yield f"says {words!r}"
    for pattern in wanted.get("must", ()):
        if not re.search(pattern.lower(), text):
            yield f"doesn't say {pattern!r}"
