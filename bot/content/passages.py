"""The parts of an answer that a question can be about: paragraphs, items of lists, sentences."""

from __future__ import annotations

import re

from bot.content.answers import Answer

_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_ITEM = re.compile(r"^- ", re.MULTILINE)
_FEWEST_WORDS = 3
"""What has fewer words says nothing that a question could be about."""


def passages(answer: Answer) -> list[str]:
    """Return the paragraphs of an answer's `more`; one that only leads to the next stays with it."""
    return _paragraphs(answer.more)


def parts(answer: Answer) -> list[str]:
    """Return what can be shown of an answer by itself to a follow-up: its paragraphs, and each item of a list.

    A paragraph that ends with a colon keeps what follows.
    """
    found: list[str] = []
    for paragraph in [*_paragraphs(answer.text), *_paragraphs(answer.more)]:
        if found and found[-1].endswith(":"):
            found[-1] += f"\n\n{paragraph.strip()}"
        else:
            found += _items(paragraph)
    return found


def sentences(text: str) -> list[str]:
    """Return a text's paragraphs and sentences, as plain words."""
    plain = _LINK.sub(r"\1", text)
    parts = [part.strip(" -*\n") for part in (*_SENTENCE_END.split(plain), *plain.split("\n\n"))]
    return list(dict.fromkeys(part for part in parts if len(part.split()) >= _FEWEST_WORDS))


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
