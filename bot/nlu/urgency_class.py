"""A trained sense of danger beside the rules: it hears what no rule was written for. Knows nothing of Rasa.

A support vector machine with a Gaussian kernel over sentence vector, letter n-grams and word n-grams. What it was
chosen over, with figures: docs/safety.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import skops.io
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import SVC

from bot.nlu.encoder import Vectors
from bot.nlu.matching import Matcher
from bot.nlu.urgency import NOT_URGENT, words_of

_LETTERS_WEIGHT, _WORDS_WEIGHT = 0.6, 0.5
_WIDTH, _STRENGTH = 0.6, 10.0
"""scikit-learn's gamma and C."""
_TRUSTED = ["numpy.float32", "numpy.dtype", "scipy.sparse._csr.csr_matrix", "scipy.sparse._dia.dia_matrix"]


class UrgencyClass:
    """Says how much a message sounds like danger, and which urgent answer it then needs."""

    def __init__(
        self, letters: TfidfVectorizer, words: TfidfVectorizer, vectors: Vectors, ngrams: csr_matrix,
        weights: npt.NDArray[np.float32], intercept: float, which: Matcher,
    ) -> None:  # fmt: skip
        self._letters = letters
        self._words = words
        self._vectors = vectors
        self._ngrams = ngrams
        self._weights = weights
        self._intercept = intercept
        self._which = which
        self._sizes = (vectors**2).sum(axis=1) + np.asarray(ngrams.multiply(ngrams).sum(axis=1)).ravel()

    @classmethod
    def train(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> UrgencyClass:
        """Learn from messages, their vectors (n, 384), and their labels: an urgent answer's id, or `no`."""
        plain = [_plain(text) for text in texts]
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 3), sublinear_tf=True)  # noqa: S106 (a pattern)
        ngrams = _ngrams(letters.fit(plain), words.fit(plain), plain)
        urgent = np.array([label != NOT_URGENT for label in labels])
        machine = SVC(C=_STRENGTH, gamma=_WIDTH, class_weight="balanced", cache_size=1000)
        machine.fit(hstack([csr_matrix(vectors), ngrams]).tocsr(), urgent)
        which = Matcher.train(
            [text for text, is_urgent in zip(plain, urgent, strict=True) if is_urgent],
            vectors[urgent],
            [label for label in labels if label != NOT_URGENT],
        )
        support = machine.support_
        return cls(
            letters, words, vectors[support], ngrams[support],
            np.asarray(machine.dual_coef_.todense()).ravel().astype(np.float32), float(machine.intercept_[0]), which,
        )  # fmt: skip

    def hear(self, text: str, vector: Vectors) -> tuple[str, float]:
        """Return the likelier urgent answer, and the margin: about 1 is surely danger, about -1 surely not."""
        ngrams = _ngrams(self._letters, self._words, [_plain(text)])
        size = float(vector @ vector) + float(ngrams.multiply(ngrams).sum())
        dots = self._vectors @ vector + (self._ngrams @ ngrams.T).toarray().ravel()
        nearness = np.exp(-_WIDTH * (self._sizes + size - 2 * dots))
        return self._which.rank(_plain(text), vector)[0].label, float(nearness @ self._weights) + self._intercept

    def save(self, folder: Path) -> None:
        """Write the class into a folder."""
        parts = {"letters": self._letters, "words": self._words, "ngrams": self._ngrams, "intercept": self._intercept}
        skops.io.dump(parts, folder / "urgency.skops")
        np.savez(folder / "urgency.npz", vectors=self._vectors, weights=self._weights)
        self._which.save(folder)

    @classmethod
    def load(cls, folder: Path) -> UrgencyClass:
        """Read what `save` wrote."""
        parts = skops.io.load(folder / "urgency.skops", trusted=_TRUSTED)
        with np.load(folder / "urgency.npz") as arrays:
            return cls(which=Matcher.load(folder), **parts, **arrays)


def _plain(text: str) -> str:
    return " ".join(words_of(text))


def _ngrams(letters: TfidfVectorizer, words: TfidfVectorizer, texts: list[str]) -> csr_matrix:
    return hstack([letters.transform(texts) * _LETTERS_WEIGHT, words.transform(texts) * _WORDS_WEIGHT]).tocsr()
