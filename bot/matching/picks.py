"""Which of the things that were just listed a message picks: by number, by order, or by a word of its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.matching.spelling import normalise

_FILLER = re.compile(
    r"^(ok|okay|so|um|uh|er|oh|yes|yeah|and|then|no|not|hm+|just|maybe|i|id|i'd|ill|i'll|like|want|need|mean|meant|take|"
    r"choose|pick|tell|me|about|what|whats|is|please|pls|plz|thanks|option|answer|number|nr|no|the|that|it|one|ones|thing|"
    r"point|for|with|a|an|lets|let's|do|go|show|more)$"
)
"""Words around a choice that don't say which."""
_NUMBERS = {
    word: place
    for place, words in enumerate(
        (
            ("1", "1st", "first", "top", "#1"),
            ("2", "2nd", "second", "two", "#2"),
            ("3", "3rd", "third", "three", "#3"),
            ("4", "4th", "fourth", "four", "#4"),
            ("5", "5th", "fifth", "five", "#5"),
            ("6", "6th", "sixth", "six", "#6"),
        )
    )
    for word in words
}
_FROM_THE_END = {"last": -1, "bottom": -1, "final": -1}
_MOST_WORDS = 7
_STEM = 4
"""How many letters words share, at least, that are taken for the same: legal, legality."""


def picked(text: str, titles: Sequence[str]) -> int | None:
    """Return the place of the title that a message picks, or None if it picks none, or says more than that."""
    words = normalise(text).split()
    telling = [word for word in words if not _FILLER.match(word)]
    if not titles or not telling or len(words) > _MOST_WORDS:
        return None
    if len(telling) == 1:
        place = _NUMBERS.get(telling[0], _FROM_THE_END.get(telling[0]))
        if place is not None:
            return place % len(titles) if -len(titles) <= place < len(titles) else None
    return _described(words, telling, titles)


def _described(words: Sequence[str], telling: Sequence[str], titles: Sequence[str]) -> int | None:
    """Return the place of the one title that has all telling words, if the message asks for "the … one"."""
    if not {"one", "ones"} & set(words):
        return None
    fitting = [place for place, title in enumerate(titles) if all(_is_in(word, title) for word in telling)]
    return fitting[0] if len(fitting) == 1 else None


def _is_in(word: str, title: str) -> bool:
    return any(
        word == other or (len(word) >= _STEM and other.startswith(word[:-1])) for other in normalise(title).split()
    )
