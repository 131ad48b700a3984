"""What the classifier sees of a message: its vectors, letters and words, and their weighted sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from bot.danger.rules import words_of
from bot.matching.encoder import Vectors
from bot.matching.ngrams import LETTERS, WORDS, Arrays, Ngrams

Floats = npt.NDArray[np.float32]

WEIGHT = 3.0
"""How long each of the three blocks of features is: vectors, letters, words."""
SELDOM: tuple[Mapping[str, Any], ...] = ({**LETTERS, "min_df": 4, "max_df": 0.5}, {**WORDS, "min_df": 3})
"""N-grams of fewer messages say nothing about others; letters of every other message say nothing at all."""


@dataclass(frozen=True)
class Rows:
    """The features of some messages: a dense block, shape (n, 769), the last column ones, and a sparse one."""

    dense: Floats
    sparse: csr_matrix

    def first(self, count: int) -> Rows:
        """Return the features of the first messages."""
        return Rows(self.dense[:count], self.sparse[:count])

    def at(self, numbers: npt.NDArray[np.intp]) -> Rows:
        """Return the features of some messages, by their numbers."""
        return Rows(self.dense[numbers], self.sparse[numbers])


class Features:
    """Makes features of messages, and sums of single ones by weights that were learned.

    Args:
        ngrams: what weighs n-grams of letters and of words.
    """

    def __init__(self, ngrams: Sequence[Ngrams]) -> None:
        self._ngrams = ngrams

    @classmethod
    def learn(cls, texts: Sequence[str], counted: int, vectors: Vectors) -> tuple[Features, Rows]:
        """Learn which n-grams count from the first `counted` texts; return with that the features of all texts."""
        plain = [_plain(text) for text in texts]
        learned = [Ngrams.learn(plain, kind, counted) for kind in SELDOM]
        sparse = hstack([weights for _, weights in learned], format="csr", dtype=np.float32)
        return cls([ngrams for ngrams, _ in learned]), Rows(_dense(vectors), sparse * np.float32(WEIGHT))

    def sums(self, text: str, vector: Vectors, weights: Floats) -> Floats:
        """Return a message's features times weights (features, columns): shape (columns,)."""
        dense = _dense(vector[None, :])[0]
        found: Floats = dense @ weights[: len(dense)]
        first, plain = len(dense), _plain(text)
        for ngrams in self._ngrams:
            numbers, values = ngrams.weigh(plain)
            found += (values * np.float32(WEIGHT)) @ weights[first + numbers]
            first += len(ngrams)
        return found

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned, as arrays."""
        return {
            name: array for at, one in enumerate(self._ngrams) for name, array in one.arrays(f"ngrams_{at}").items()
        }

    @classmethod
    def of(cls, arrays: Arrays) -> Features:
        """Make it of what `arrays` returned."""
        return cls([Ngrams.of(arrays, f"ngrams_{at}", kind) for at, kind in enumerate(SELDOM)])


def _dense(vectors: Vectors) -> Floats:
    """Return vectors of both layers, each half of length 1, as one block of length `WEIGHT`, and a column of ones."""
    scaled = vectors * np.float32(WEIGHT / np.sqrt(2))
    return np.hstack([scaled, np.ones((len(vectors), 1), np.float32)]).astype(np.float32)


def _plain(text: str) -> str:
    return " ".join(words_of(text))
