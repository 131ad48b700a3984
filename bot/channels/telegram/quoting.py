"""Which answer a message is about that someone quotes: told by the words of the quoted message, so nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from telegram import Message

from bot.content.answers import MORE, Address
from bot.content.library import Library

_FEWEST_CHARACTERS = 40
"""Fewer could stand in several answers."""
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_MARKUP = re.compile(r"[\[\n]")
"""Begins what Telegram shows in another way than it is written."""


def quoted_answer(library: Library, quoted: Message | None) -> Address | None:
    """Return the answer, or the part of one, that a message of the bot's shows."""
    if not quoted or not isinstance(quoted.text, str) or not (quoted.from_user and quoted.from_user.is_bot):
        return None
    found = [(len(words), address) for address, words in _beginnings(library) if words in quoted.text]
    return max(found, key=lambda one: one[0])[1] if found else None


def _beginnings(library: Library) -> Iterator[tuple[Address, str]]:
    """Yield how each paragraph of each answer begins; a long answer is shown in several messages."""
    for answer in library:
        follow_ups = [(None, one.text) for one in answer.follow_ups]
        for part, text in [(None, answer.text), (MORE, answer.more), *answer.sections.items(), *follow_ups]:
            for paragraph in _PARAGRAPH_END.split(text.strip()):
                words = _MARKUP.split(paragraph)[0].strip()
                if len(words) >= _FEWEST_CHARACTERS:
                    yield Address(answer.id, part), words
