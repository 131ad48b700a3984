"""Corrects typos, so that the encoder sees words that it knows. Knows no Rasa."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from bot.matching.typos import SPELLING, likelihood, near

_FILE = "spelling.json"
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_EDGE = " "
_EMERGENCY_ROOM = re.compile(r"\ba ?(?:&|and|n) ?e\b")
"""A&E, as it is called in the UK: its letters say nothing, and one of them is a drug."""


def normalise(text: str) -> str:
    """Return the text as the matcher reads it: small letters, no punctuation, single spaces."""
    named = _EMERGENCY_ROOM.sub("emergency room", text.lower().replace("\u2019", "'"))
    plain = re.sub(r"[^\w\s'%€$£#+]", " ", named)
    return " ".join(plain.split()) or text.strip()


class Spelling:
    """Corrects the words that neither the examples nor common English have.

    A noisy channel (Kernighan, Church and Gale 1990): of the known words one or two typos away, the one that is
    commonest in the examples, stands there beside its neighbours, and is the likeliest typo on a keyboard.

    Args:
        counts: how often the examples have each word.
        pairs: how often they have two words beside each other, written `one two`.
        english: common English words, which are right as they are.
    """

    def __init__(self, counts: dict[str, int], pairs: dict[str, int], english: list[str]) -> None:
        self._counts, self._pairs, self._english = counts, pairs, english
        self._known = {*counts, *english}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if SPELLING.for_word(word):
                self._by_length[len(word)].append(word)

    @classmethod
    def learn(cls, texts: Iterable[str], english: Iterable[str]) -> Spelling:
        """Learn from example texts, names of things among them, and from common English words."""
        counts, pairs = Counter[str](), Counter[str]()
        for text in texts:
            words = normalise(text).split()
            counts.update(word for word in words if _WORD.fullmatch(word))
            pairs.update(f"{one} {two}" for one, two in pairwise([_EDGE, *words, _EDGE]))
        return cls(dict(counts), dict(pairs), [word for word in english if _WORD.fullmatch(word)])

    def read(self, text: str) -> str:
        """Return the text in small letters, without punctuation, its typos corrected."""
        words = normalise(text).split()
        for at, word in enumerate(words):
            if SPELLING.for_word(word) and word not in self._known and _WORD.fullmatch(word):
                before = words[at - 1] if at else _EDGE
                after = words[at + 1] if at + 1 < len(words) else _EDGE
                words[at] = self._meant(word, before, after)
        return " ".join(words)

    def share_known(self, text: str) -> float:
        """Return which share of the text's words the examples have."""
        words = re.findall(r"[^\W\d_]+", normalise(text).replace("'", ""))
        return sum(word in self._counts for word in words) / len(words) if words else 1.0

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder."""
        learned = {"counts": self._counts, "pairs": self._pairs, "english": self._english}
        (folder / _FILE).write_text(json.dumps(learned), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Spelling:
        """Read what `save` wrote."""
        return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def _meant(self, word: str, before: str, after: str) -> str:
        """Return the known word that was meant, or the word itself if none is near."""
        most = SPELLING.for_word(word)
        lengths = range(len(word) - most, len(word) + most + 1)
        candidates = [found for length in lengths for found in near(word, self._by_length.get(length, ()), most)]

        def score(candidate: tuple[str, int]) -> float:
            known, typos = candidate
            beside = self._pairs.get(f"{before} {known}", 0), self._pairs.get(f"{known} {after}", 0)
            return (
                math.log(self._counts.get(known, 0) + 0.1)
                + 2 * sum(math.log(1 + times) for times in beside)
                + (known[0] == word[0])
                + (likelihood(word, known) if typos <= 1 else -4.0)
            )

        return max(candidates, key=score, default=(word, 0))[0]
