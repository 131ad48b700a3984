"""The parts of an answer that a question can be about: paragraphs, items of lists, sentences."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.content.answers import URGENT_GROUP, Answer

_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_ITEM = re.compile(r"^- ", re.MULTILINE)
_FEWEST_WORDS = 3
"""What has fewer words says nothing that a question could be about."""


class Passage(NamedTuple):
    """What can be shown of an answer by itself, and the question that it was written for, if any."""

    text: str
    question: str = ""


def passages(answer: Answer) -> list[Passage]:
    """Return the paragraphs of an answer's `more`, and its follow-ups.

    A paragraph that only leads to the next stays with it.
    """
    return [*map(Passage, _paragraphs(answer.more)), *_follow_ups(answer)]


def parts(answer: Answer) -> list[Passage]:
    """Return what a follow-up can be about: an answer's paragraphs, each item of a list, and its follow-ups.

    A paragraph that ends with a colon keeps what follows. Of a service, only the follow-ups count: it has sections. Of
    an urgent answer its text doesn't: its steps belong together, and were just read.
    """
    if answer.sections:
        return _follow_ups(answer)
    if answer.group == URGENT_GROUP:
        return passages(answer)
    found: list[str] = []
    for paragraph in [*_paragraphs(answer.text), *_paragraphs(answer.more)]:
        if found and found[-1].endswith(":"):
            found[-1] += f"\n\n{paragraph.strip()}"
        else:
            found += _items(paragraph)
    return [*map(Passage, found), *_follow_ups(answer)]


def sentences(text: str) -> list[str]:
    """Return a text's paragraphs and sentences, as plain words."""
    plain = _LINK.sub(r"\1", text)
    parts = [part.strip(" -*\n") for part in (*_SENTENCE_END.split(plain), *plain.split("\n\n"))]
    return list(dict.fromkeys(part for part in parts if len(part.split()) >= _FEWEST_WORDS))


def _follow_ups(answer: Answer) -> list[Passage]:
    return [Passage(one.text.strip(), one.question) for one in answer.follow_ups]


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    leads = False
    for paragraph in text.split("\n\n"):
        if leads:
            found[-1] += f"\n\n{paragraph}"
        elif paragraph.strip():
            found.append(paragraph)
        leads = _leads_on(paragraph)
    return found


def _items(paragraph: str) -> list[str]:
    """Return the items of a list, or else the paragraph. Steps stay together, and a list that a line leads to."""
    first, *others = _ITEM.split(paragraph.strip())
    return [f"- {item.strip()}" for item in others] if others and not first else [paragraph.strip()]


def _leads_on(paragraph: str) -> bool:
    line = paragraph.strip()
    return line.endswith((":", "?")) and "\n" not in line and len(_SENTENCE_END.split(line)) == 1
