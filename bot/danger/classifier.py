"""The classifier beside the rules: it recognises danger that no rule was written for. Knows no Rasa.

Kernel ridge regression with a Gaussian kernel over what the encoder makes of a message (last and middle layer), its
letters and its words. How it was chosen, with figures: docs/safety.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.danger.messages import NOT_URGENT
from bot.danger.rules import words_of
from bot.matching.encoder import Vectors
from bot.matching.kernel import Floats, Kernel, KernelRidge
from bot.matching.ngrams import LETTERS, WORDS

VECTORS_WEIGHT, LETTERS_WEIGHT, WORDS_WEIGHT = 0.6, 0.36, 0.25
"""How much likeness counts: of either layer's vectors, of letters, of words."""
SELDOM: Mapping[str, Any] = {**LETTERS, "max_df": 0.05}
"""Letters without the n-grams that one message in twenty has: they tell little, and take two thirds of the time."""
WIDTH = 0.4
"""How fast likeness fades with distance."""
SMOOTHNESS = 0.04
"""The ridge: how little a single message may bend the scores."""
DIMENSIONS = 256
"""How many of the vectors' 768 dimensions are kept, by their principal axes: it tells no less, and is faster."""
_ALIKE = 2 * VECTORS_WEIGHT + LETTERS_WEIGHT + WORDS_WEIGHT
"""The sum of the weights: what a message has with itself."""
_FILE = "danger.npz"


def _fade(sums: Floats) -> Floats:
    """Turn likeness into the kernel, in place: 1 for the same message, less for others, never below 0."""
    sums -= _ALIKE
    sums *= 2 * WIDTH
    return np.exp(sums, out=sums)


_KERNEL = Kernel(VECTORS_WEIGHT, ((SELDOM, LETTERS_WEIGHT), (WORDS, WORDS_WEIGHT)), _fade)


class DangerClassifier:
    """Says how much a message is like danger, and which urgent answer it then needs."""

    def __init__(self, answer_ids: list[str], axes: Vectors, ridge: KernelRidge) -> None:
        self._answer_ids = answer_ids
        self._axes = axes
        self._ridge = ridge

    @classmethod
    def train(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> DangerClassifier:
        """Learn from messages, their vectors (n, 768), and their labels: an urgent answer's id, or `no`.

        Takes 4 n² bytes of memory, 2.7 GB for 26,000 messages.
        """
        axes = _principal_axes(vectors)
        answer_ids = sorted({*labels} - {NOT_URGENT})
        wanted = np.array([[label == answer_id for answer_id in answer_ids] for label in labels], dtype=np.float32)
        urgent = wanted.any(axis=1)
        rarity = np.sqrt(np.where(urgent, 1 - urgent.mean(), urgent.mean()))  # What is rarer counts more.
        ridge, _, _ = KernelRidge.learn(
            _KERNEL, list(map(_plain, texts)), _compressed(vectors, axes), wanted, SMOOTHNESS * rarity / rarity.mean()
        )
        return cls(answer_ids, axes, ridge)

    def score(self, text: str, vector: Vectors) -> tuple[str, float]:
        """Return the likelier urgent answer, and the margin: about 1 is surely danger, about -1 surely not."""
        scores = self._ridge.scores(_plain(text), _compressed(vector, self._axes))
        return self._answer_ids[int(np.argmax(scores))], 2 * float(scores.sum()) - 1

    def save(self, folder: Path) -> None:
        """Write the classifier into a folder."""
        np.savez(folder / _FILE, answer_ids=np.asarray(self._answer_ids), axes=self._axes, **self._ridge.arrays())

    @classmethod
    def load(cls, folder: Path) -> DangerClassifier:
        """Read what `save` wrote."""
        with np.load(folder / _FILE) as arrays:
            answer_ids = [str(answer_id) for answer_id in arrays["answer_ids"]]
            return cls(answer_ids, arrays["axes"], KernelRidge.of(_KERNEL, arrays))


def _principal_axes(vectors: Vectors) -> Vectors:
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(axes[:, -DIMENSIONS:])


def _compressed(vectors: Vectors, axes: Vectors) -> Vectors:
    """Return vectors along the axes, as long as they were: two of length 1 side by side."""
    found: Vectors = vectors @ axes
    found *= np.sqrt(2) / np.linalg.norm(found, axis=-1, keepdims=True)
    return found


def _plain(text: str) -> str:
    return " ".join(words_of(text))
