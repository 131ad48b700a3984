"""The questions of a message that asks for several things at once."""

from __future__ import annotations

import re

MOST_WORDS = 60
"""Longer messages tell a story; their sentences aren't questions of their own."""
_FEWEST_WORDS = 2
_WORDS = "whats?|hows?|wheres?|who|why|when|which|is|are|do|does|did|can|could|will|would|should|shall"
ASKING = re.compile(rf"^({_WORDS})\b", re.IGNORECASE)
"""How questions begin."""
_ASKED_WITHIN = re.compile(
    r"\b(?:whats?|hows?|wheres?|who|why|which|is (?:it|that|this|there)|are (?:they|there)|does|did|"
    r"(?:can|could|should|shall|will|do|would) (?:i|u|you|we|they|he|she|it))\b",
    re.IGNORECASE,
)
"""How they begin in the middle of a message without punctuation."""
_END = re.compile(
    rf"(?<=[.?!\n;])\s*|,?\s+\b(?:and|also|plus|n)\s+(?:also\s+)?(?=(?:{_WORDS})\b)|\s*&\s*(?=(?:{_WORDS})\b)",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"^(?:and|also|plus|oh|ok|okay|so|well|but|hi|hiya|hey|hello|thanks|thx|ta)\b[\s,]*", re.IGNORECASE
)


_CORRECTING = re.compile(
    r"^(?:(?:no+|nah|nope|sorry|oops|oh|ah)\b[\s,.!]*)*"
    r"(?:(?:what )?i (?:meant|mean|was asking about|asked about|was on about)\b|"
    r"not (?:that|this|those|the (?:first|other))(?: ones?\b,?|,)|"
    r"(?:can we go |go(?:ing)? )?back to\b)\s*",
    re.IGNORECASE,
)
_THING = re.compile(r"^(the .+?) (?:question|thing|bit|part|topic|stuff)(?: again)?\b", re.IGNORECASE)


def uncorrected(text: str) -> str:
    """Return what someone means who corrects the assistant ("no i meant the rooms") or goes back to something."""
    meant = _THING.sub(r"\1", _CORRECTING.sub("", text, count=1))
    return meant if meant.strip() else text


def asks(text: str) -> bool:
    """Tell whether a message asks something, rather than tells something."""
    return bool(text.rstrip().endswith("?") or ASKING.match(text) or _ASKED_WITHIN.search(text))


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a message that says several things; nothing if it says only one."""
    parts = [part.strip(" ,") for part in _END.split(text)]
    if len([part for part in parts if part]) < 2 or len(text.split()) > MOST_WORDS:
        return ()
    return tuple(found for part in parts if (found := _question(part)))


def _question(part: str) -> str:
    text = _BEGINNING.sub("", part)
    is_question = part.endswith("?") or ASKING.match(text)
    is_long_enough = len(text.split()) >= _FEWEST_WORDS or part.endswith("?")  # "ok thanks. and nitazenes?"
    return text if is_question and is_long_enough and text else ""
