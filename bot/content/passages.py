"""The parts of an answer that a question can be about: its text, and each paragraph of what *Tell me more* leads to."""

from __future__ import annotations

import re

from bot.content.answers import Answer

_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_FEWEST_WORDS = 3
"""What has fewer words says nothing that a question could be about."""


def passages(answer: Answer) -> list[str]:
    """Return the paragraphs of an answer's `more`; one that only leads to the next stays with it."""
    found: list[str] = []
    leads = False
    for paragraph in answer.more.split("\n\n"):
        if leads:
            found[-1] += f"\n\n{paragraph}"
        elif paragraph.strip():
            found.append(paragraph)
        leads = _leads_on(paragraph)
    return found


def sentences(text: str) -> list[str]:
    """Return a text's paragraphs and sentences, as plain words."""
    plain = _LINK.sub(r"\1", text)
    parts = [part.strip(" -*\n") for part in (*_SENTENCE_END.split(plain), *plain.split("\n\n"))]
    return list(dict.fromkeys(part for part in parts if len(part.split()) >= _FEWEST_WORDS))


def _leads_on(paragraph: str) -> bool:
    line = paragraph.strip()
    return line.endswith((":", "?")) and "\n" not in line and len(_SENTENCE_END.split(line)) == 1
