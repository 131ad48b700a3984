"""Conversations that show what messages refer to: data/conversations/<name>.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content import DATA
from bot.content.schema import read_folder

CONVERSATIONS = DATA / "conversations"


@dataclass(frozen=True)
class Message:
    """What someone writes, and the ids of the answers that are right for it, the best first."""

    text: str
    about: tuple[str, ...]


def conversations(folder: Path = CONVERSATIONS) -> Iterator[tuple[Message, ...]]:
    """Yield the messages of each conversation; files that can't be read are passed over."""
    for document in read_folder("conversation", folder)[0]:
        yield tuple(Message(turn["say"], tuple(turn["about"])) for turn in document.data["turns"])
