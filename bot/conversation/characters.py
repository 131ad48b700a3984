"""Brings what people type into characters that everything behind this can read."""

from __future__ import annotations

import re
import unicodedata

import emoji

_SKIN = re.compile(r"[\U0001F3FB-\U0001F3FF]")
_DRAWN_AS = re.compile(r"_button\b")
"""What an emoji's name says of its drawing alone: 🆘 is "SOS button"."""

_MEANT = {
    "I feel sad": (
        "broken_heart crying_face loudly_crying_face disappointed_face pensive_face worried_face frowning_face "
        "slightly_frowning_face face_holding_back_tears pleading_face sad_but_relieved_face downcast_face_with_sweat"
    ),
    "I feel awful": "persevering_face confounded_face tired_face weary_face melting_face",
    "I'm scared": "fearful_face face_screaming_in_fear anxious_face_with_sweat",
    "that was no help": (
        "angry_face enraged_face face_with_steam_from_nose face_with_symbols_on_mouth middle_finger thumbs_down"
    ),
    "thanks": (
        "slightly_smiling_face grinning_face beaming_face_with_smiling_eyes grinning_face_with_smiling_eyes "
        "grinning_face_with_big_eyes face_with_tears_of_joy rolling_on_the_floor_laughing"
    ),
}
"""What people mean by emoji whose names don't say so, by the words that say it."""
_WORDS = {name: words for words, names in _MEANT.items() for name in names.split()}
_UNCLEAR = re.compile(r"(.*_)?face(_.*)?|\w+_(shrugging|facepalming)")
"""The names of other faces and gestures: they can mean many things, but never what is drawn (🙃 is upside down)."""


def whole(text: str) -> str:
    """Return a text without halves of characters: JSON can carry them, and nothing behind this can."""
    return text.encode(errors="ignore").decode()


def readable(text: str) -> str:
    """Return what was typed in ordinary letters: no full-width or invisible ones, and names for emoji without words.

    "👍🏽" becomes "thumbs up", "🆘🆘" becomes "SOS". Beside words, emoji stay as they are, and so do faces that
    could mean anything.
    """
    plain = unicodedata.normalize("NFKC", whole(text))
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    if any(letter.isalnum() for letter in plain):
        return plain
    named = emoji.demojize(_SKIN.sub("", plain), delimiters=(" ", " "))
    if named == plain:
        return plain
    words = filter(None, map(_words_of, named.split()))
    return " ".join(dict.fromkeys(words)).replace("_", " ") or plain


def _words_of(name: str) -> str:
    """Return what an emoji of that name says; nothing if it could mean anything."""
    return _WORDS.get(name) or ("" if _UNCLEAR.fullmatch(name) else _DRAWN_AS.sub("", name))
