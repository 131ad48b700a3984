"""Questions as hurried thumbs type them. The same question always gets the same slips."""

from __future__ import annotations

import random
import re

LETTERS_PER_SLIP = 8
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def with_typos(text: str) -> str:
    """Return the text with one slip in every eight letters: swapped, left out, doubled, or the key beside."""
    chance = random.Random(text)  # noqa: S311 (no secret depends on it)
    characters = list(text)
    letters = [at for at, character in enumerate(text) if character.isalpha()]
    for start in range(0, len(letters) - LETTERS_PER_SLIP + 1, LETTERS_PER_SLIP):
        at = chance.choice(letters[start : start + LETTERS_PER_SLIP])
        following = characters[at + 1] if at + 1 < len(characters) else ""
        kind = chance.choice(("swap", "omit", "double", "beside"))
        if kind == "swap" and following.isalpha():
            characters[at], characters[at + 1] = following, characters[at]
        elif kind == "omit":
            characters[at] = ""
        elif kind == "double":
            characters[at] *= 2
        else:
            characters[at] = _key_beside(characters[at], chance)
    return "".join(characters)


def in_lower_case(text: str) -> str:
    """Return the text in small letters and without punctuation."""
    return " ".join(re.sub(r"[^\w\s]", " ", re.sub(r"['\u2019]", "", text.lower())).split())


def _key_beside(letter: str, chance: random.Random) -> str:
    for keys in _KEYS:
        if letter.lower() in keys:
            at = keys.index(letter.lower())
            return chance.choice(keys[max(0, at - 1) : at] + keys[at + 1 : at + 2])
    return letter
