"""Brings what people type into characters that everything behind this can read."""

from __future__ import annotations

import re
import unicodedata

import emoji

_SKIN = re.compile(r"[\U0001F3FB-\U0001F3FF]")
_DRAWN_AS = re.compile(r"_button\b")
"""What an emoji's name says of its drawing alone: 🆘 is "SOS button"."""

_NO_HELP = ("enraged_face", "face_with_symbols_on_mouth", "middle_finger", "thumbs_down")
"""Emoji by which people say that a reply was no help, though their names don't say so."""


def whole(text: str) -> str:
    """Return a text without halves of characters: JSON can carry them, and nothing behind this can."""
    return text.encode(errors="ignore").decode()


def readable(text: str) -> str:
    """Return what was typed in ordinary letters: no full-width or invisible ones, and names for emoji without words.

    "👍🏽" becomes "thumbs up", "🆘🆘" becomes "SOS". Beside words, emoji stay as they are.
    """
    plain = unicodedata.normalize("NFKC", whole(text))
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    if any(letter.isalnum() for letter in plain):
        return plain
    named = emoji.demojize(_SKIN.sub("", plain), delimiters=(" ", " "))
    if named == plain:
        return plain
    words = ("that was no help" if name in _NO_HELP else _DRAWN_AS.sub("", name) for name in named.split())
    return " ".join(dict.fromkeys(words)).replace("_", " ")
