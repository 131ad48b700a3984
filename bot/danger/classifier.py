"""A trained sense of danger beside the rules: it hears what no rule was written for. Knows nothing of Rasa.

Kernel ridge regression with a Gaussian kernel over what the encoder makes of a message (last and middle layer), its
letters and its words. How it was chosen, with figures: docs/safety.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from bot.danger.messages import NOT_URGENT
from bot.danger.rules import words_of
from bot.matching.encoder import Vectors
from bot.matching.ngrams import LETTERS, WORDS, Ngrams

VECTORS_WEIGHT, LETTERS_WEIGHT, WORDS_WEIGHT = 0.6, 0.36, 0.25
"""How much likeness counts: of either layer's vectors, of letters, of words."""
SELDOM: Mapping[str, Any] = {**LETTERS, "max_df": 0.05}
"""Letters without the n-grams that every twentieth message has: they tell little, and take two thirds of the time."""
WIDTH = 0.4
"""How fast likeness fades with distance."""
SMOOTHNESS = 0.04
"""The ridge: how little a single message may bend the scores."""
DIMENSIONS = 256
"""How many of the vectors' 768 dimensions are kept, by their principal axes: it tells no less, and is faster."""
_AT_ONCE = 1000
"""How many messages' likeness is worked out at a time."""
_ALIKE = 2 * VECTORS_WEIGHT + LETTERS_WEIGHT + WORDS_WEIGHT
_FILE = "urgency.npz"


class DangerClassifier:
    """Says how much a message sounds like danger, and which urgent answer it then needs."""

    def __init__(
        self, answer_ids: list[str], axes: Vectors, examples: Vectors, letters: Ngrams, words: Ngrams,
        votes: npt.NDArray[np.float32],
    ) -> None:  # fmt: skip
        self._answer_ids = answer_ids
        self._axes = axes
        self._examples = examples
        self._letters = letters
        self._words = words
        self._votes = votes

    @classmethod
    def train(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> DangerClassifier:
        """Learn from messages, their vectors (n, 768), and their labels: an urgent answer's id, or `no`.

        Takes 4 n² bytes of memory, 2.7 GB for 26,000 messages.
        """
        plain = [_plain(text) for text in texts]
        letters, words = Ngrams.learn(plain, SELDOM), Ngrams.learn(plain, WORDS)
        axes = _principal_axes(vectors)
        vectors = _compressed(vectors, axes)
        answer_ids = sorted({*labels} - {NOT_URGENT})
        wanted = np.array([[label == answer_id for answer_id in answer_ids] for label in labels], dtype=np.float32)
        urgent = wanted.any(axis=1)
        # What is rarer is heard more, by the root of how rare.
        doubt = np.sqrt(np.where(urgent, 1 - urgent.mean(), urgent.mean()))
        likeness = np.zeros((len(texts), len(texts)), dtype=np.float32)
        for first in range(0, len(texts), _AT_ONCE):  # Of what is the same both ways round, only the lower half.
            last = min(first + _AT_ONCE, len(texts))
            block = likeness[first:last, :last]
            block += LETTERS_WEIGHT * letters.likeness_among(first, last)
            block += WORDS_WEIGHT * words.likeness_among(first, last)
            block += VECTORS_WEIGHT * (vectors[first:last] @ vectors[:last].T)
            _fade(block)
        likeness[np.diag_indices_from(likeness)] += SMOOTHNESS * doubt / doubt.mean()
        factor = cho_factor(likeness.T, overwrite_a=True, check_finite=False)  # Turned round, it needs no copy.
        votes = cho_solve(factor, wanted, check_finite=False)
        return cls(answer_ids, axes, vectors, letters, words, votes.astype(np.float32))

    def hear(self, text: str, vector: Vectors) -> tuple[str, float]:
        """Return the likelier urgent answer, and the margin: about 1 is surely danger, about -1 surely not."""
        plain = _plain(text)
        likeness = VECTORS_WEIGHT * (self._examples @ _compressed(vector, self._axes))
        likeness += LETTERS_WEIGHT * self._letters.likeness(plain) + WORDS_WEIGHT * self._words.likeness(plain)
        scores = _fade(likeness) @ self._votes
        return self._answer_ids[int(np.argmax(scores))], 2 * float(scores.sum()) - 1

    def save(self, folder: Path) -> None:
        """Write the class into a folder."""
        np.savez(
            folder / _FILE, answer_ids=np.asarray(self._answer_ids), axes=self._axes, examples=self._examples,
            votes=self._votes, **self._letters.arrays("letters"), **self._words.arrays("words"),
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> DangerClassifier:
        """Read what `save` wrote."""
        with np.load(folder / _FILE) as arrays:
            letters, words = Ngrams.of(arrays, "letters", SELDOM), Ngrams.of(arrays, "words", WORDS)
            answer_ids = [str(answer_id) for answer_id in arrays["answer_ids"]]
            return cls(answer_ids, arrays["axes"], arrays["examples"], letters, words, arrays["votes"])


def _principal_axes(vectors: Vectors) -> Vectors:
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(axes[:, -DIMENSIONS:])


def _compressed(vectors: Vectors, axes: Vectors) -> Vectors:
    """Return vectors along the axes, as long as they were: two of length 1 side by side."""
    found: Vectors = vectors @ axes
    found *= np.sqrt(2) / np.linalg.norm(found, axis=-1, keepdims=True)
    return found


def _fade(likeness: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn likeness into the kernel, in place: 1 for the same message, less for others, never below 0."""
    likeness -= _ALIKE
    likeness *= 2 * WIDTH
    return np.exp(likeness, out=likeness)


def _plain(text: str) -> str:
    return " ".join(words_of(text))
