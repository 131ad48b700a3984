"""The policy on typos: what counts as one, how many a word may have for whom, and which keys lie side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACE = {key: (row, column + row / 2) for row, keys in enumerate(_KEYS) for column, key in enumerate(keys)}
_NEVER = 1000
_LIKELY, _UNLIKELY = 1.0, -0.5


@dataclass(frozen=True)
class Tolerance:
    """From how many letters on a word is also recognised with one typo, and from how many with two."""

    one_from: int
    two_from: int

    def for_word(self, word: str) -> int:
        """Return how many typos a word may have."""
        return (len(word) >= self.one_from) + (len(word) >= self.two_from)


SPELLING = Tolerance(3, 6)
"""Words of a question. A wrong guess costs little: counts and neighbours choose it, and the other words remain."""
RULES = Tolerance(5, 9)
"""Words of the rules for danger. No neighbour helps to choose, and one word may make a message urgent, or not."""
NAMES = Tolerance(7, _NEVER)
"""Names of services and substances, with a letter missing or two swapped. A wrong name changes what is asked about."""


def near(word: str, known: Sequence[str], most: int) -> list[tuple[str, int]]:
    """Return the known words within `most` typos, and how many: a letter missing, added or replaced, or two swapped."""
    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [(meant, int(typos)) for meant, typos, _ in found]


def misspellings(word: str) -> Iterator[str]:
    """Yield a word with each letter but the first missing, and with each two neighbours after it swapped."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def likelihood(typed: str, meant: str) -> float:
    """Return how likely a single typo is: a letter missing, doubled, swapped or hit beside its key is likely."""
    if len(typed) < len(meant):
        return _LIKELY
    if len(typed) > len(meant):
        doubled = any(
            one == two and typed[:at] + typed[at + 1 :] == meant for at, (one, two) in enumerate(pairwise(typed))
        )
        return _LIKELY if doubled else _UNLIKELY
    wrong = [(one, two) for one, two in zip(typed, meant, strict=True) if one != two]
    return _LIKELY if len(wrong) == 2 or _side_by_side(*wrong[0]) else _UNLIKELY


def keys_beside(letter: str) -> str:
    """Return the keys to the left and right of a letter; none for what isn't a to z."""
    row = next((keys for keys in _KEYS if letter in keys), "")
    at = row.find(letter)
    return row[max(0, at - 1) : at] + row[at + 1 : at + 2] if row else ""


def _side_by_side(one: str, two: str) -> bool:
    if one not in _PLACE or two not in _PLACE:
        return False
    (row, column), (other_row, other_column) = _PLACE[one], _PLACE[two]
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1
