"""Conversations that show what messages refer to: data/conversations/<name>.yml."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content import DATA
from bot.content.answers import OUT_OF_SCOPE
from bot.content.problems import Problem
from bot.content.schema import read_folder

CONVERSATIONS = DATA / "conversations"


@dataclass(frozen=True)
class Said:
    """A message, and the ids of the answers that are right for it, the best first."""

    text: str
    about: tuple[str, ...]


def conversations(folder: Path = CONVERSATIONS) -> Iterator[tuple[Said, ...]]:
    """Yield the messages of each conversation; files that can't be read are passed over."""
    for document in read_folder("conversation", folder)[0]:
        yield tuple(Said(turn["say"], tuple(turn["about"])) for turn in document.data["turns"])


def wrong_conversations(folder: Path, ids: Container[str]) -> Iterator[Problem]:
    """Yield what is wrong with the files: their shape, and answers that aren't there."""
    documents, problems = read_folder("conversation", folder)
    yield from problems
    for document in documents:
        for number, turn in enumerate(document.data["turns"]):
            for place, answer_id in enumerate(turn["about"]):
                if answer_id != OUT_OF_SCOPE and answer_id not in ids:
                    message = f"There is no answer `{answer_id}`. Correct the id, or add the answer."
                    yield document.problem(("turns", number, "about", place), message)
