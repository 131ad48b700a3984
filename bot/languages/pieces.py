"""Takes texts apart into the pieces of words that multilingual-e5-small knows."""

from __future__ import annotations

import math
import re
import unicodedata

from bot.languages.weights import Weights

_PREFIX = "query: "
"""What the model was trained to find in front of short texts."""
_SPACE = "\u2581"
_MOST_LETTERS, _MOST_PIECES = 600, 128
_UNKNOWN = -10.0
"""How much less likely than the least likely piece a letter is that no piece has."""


class Pieces:
    """Finds the likeliest pieces of a text (Kudo 2018), by Viterbi."""

    def __init__(self, weights: Weights) -> None:
        pieces = weights.pieces()
        self._first, self._last, self._unknown = weights.first, weights.last, weights.unknown
        self._scores = weights.scores()
        self._numbers = {piece: number for number, piece in enumerate(pieces) if piece}
        self._longest = max(map(len, pieces))
        self._least = float(self._scores.min()) + _UNKNOWN

    def of(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces, from the one that begins it to the one that ends it."""
        return [self._first, *self._likeliest(_PREFIX + text)[: _MOST_PIECES - 2], self._last]

    def _likeliest(self, text: str) -> list[int]:
        plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text[:_MOST_LETTERS]))
        letters = _SPACE + plain.strip().replace(" ", _SPACE)
        best = [0.0, *[-math.inf] * len(letters)]
        back = [(0, self._unknown)] * (len(letters) + 1)
        for start in range(len(letters)):
            if best[start] + self._least > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + self._least, (start, self._unknown)
            for end in range(start + 1, min(start + self._longest, len(letters)) + 1):
                number = self._numbers.get(letters[start:end])
                if number is None:
                    continue
                score = best[start] + float(self._scores[number])
                if score > best[end]:
                    best[end], back[end] = score, (start, number)
        found, end = [], len(letters)
        while end:
            end, number = back[end]
            found.append(number)
        return found[::-1]
