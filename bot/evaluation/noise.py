"""Questions as hurried thumbs type them. The same question always gets the same typos."""

from __future__ import annotations

import random
import re

from bot.matching.typos import keys_beside

LETTERS_PER_TYPO = 8


def with_typos(text: str) -> str:
    """Return the text with one typo in every eight letters: swapped, left out, doubled, or the key beside."""
    chance = random.Random(text)  # noqa: S311 (no secret depends on it)
    characters = list(text)
    letters = [at for at, character in enumerate(text) if character.isalpha()]
    for start in range(0, len(letters) - LETTERS_PER_TYPO + 1, LETTERS_PER_TYPO):
        at = chance.choice(letters[start : start + LETTERS_PER_TYPO])
        following = characters[at + 1] if at + 1 < len(characters) else ""
        kind = chance.choice(("swap", "omit", "double", "beside"))
        if kind == "swap" and following.isalpha():
            characters[at], characters[at + 1] = following, characters[at]
        elif kind == "omit":
            characters[at] = ""
        elif kind == "double":
            characters[at] *= 2
        else:
            beside = keys_beside(characters[at].lower())
            characters[at] = chance.choice(beside) if beside else characters[at]
    return "".join(characters)


def in_lower_case(text: str) -> str:
    """Return the text in small letters and without punctuation."""
    return " ".join(re.sub(r"[^\w\s]", " ", re.sub(r"['\u2019]", "", text.lower())).split())
