"""Finds the label that a text means: sentence vector and letter n-grams into logistic regression. Knows no Rasa.

How this was chosen, with figures: docs/matching.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import skops.io
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.encoder import Vectors

_FILE = "matcher.skops"
_ARRAYS_FILE = "matcher.npz"
_TRUSTED = ["numpy.float32", "scipy.sparse._csr.csr_matrix", "scipy.sparse._dia.dia_matrix"]


@dataclass(frozen=True)
class Candidate:
    """A label and how sure the matcher is of it, from 0 to 1."""

    label: str
    confidence: float


def normalise(text: str) -> str:
    """Return the text as the matcher reads it: small letters, no punctuation, single spaces."""
    plain = re.sub(r"[^\w\s'%€$£#+]", " ", text.lower().replace("\u2019", "'"))
    return " ".join(plain.split()) or text.strip()


class Matcher:
    """Ranks labels for a text.

    Confidence is the label's probability times the cosine between the text's vector and that of the nearest example:
    a text that is like nothing in the examples is never sure, however sharply the labels part.
    """

    def __init__(
        self, labels: list[str], examples: Vectors, dense: Vectors, sparse: npt.NDArray[np.float32],
        intercept: npt.NDArray[np.float32], ngrams: TfidfVectorizer,
    ) -> None:  # fmt: skip
        self.labels = labels
        self._examples = examples
        self._dense = dense
        self._sparse = sparse
        self._intercept = intercept
        self._ngrams = ngrams

    @classmethod
    def train(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str], strength: float = 30.0) -> Matcher:
        """Learn from texts, their vectors (n, 384) and their labels; `strength` is scikit-learn's C."""
        ngrams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        letters = ngrams.fit_transform([normalise(text) for text in texts])
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000, tol=1e-3)
        model.fit(hstack([csr_matrix(vectors), letters]).tocsr(), labels)
        size = vectors.shape[1]
        weights, intercept = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
        if len(model.classes_) == 2:  # scikit-learn then keeps the second class only.
            weights, intercept = np.vstack([-weights, weights]) / 2, np.concatenate([-intercept, intercept]) / 2
        return cls(
            labels=[str(label) for label in model.classes_],
            examples=vectors,
            dense=weights[:, :size].T.copy(),
            sparse=weights[:, size:].T.copy(),
            intercept=intercept,
            ngrams=ngrams,
        )

    def rank(self, text: str, vector: Vectors) -> list[Candidate]:
        """Return all labels, the likeliest first."""
        probabilities = self.probabilities(text, vector)
        nearness = float(np.clip((self._examples @ vector).max(), 0.0, 1.0))
        order = np.argsort(-probabilities)
        return [Candidate(self.labels[index], float(probabilities[index]) * nearness) for index in order]

    def probabilities(self, text: str, vector: Vectors) -> Vectors:
        """Return the probability of each label, in the order of `labels`."""
        letters = self._ngrams.transform([normalise(text)])
        scores = vector @ self._dense + letters.data @ self._sparse[letters.indices] + self._intercept
        odds: Vectors = np.exp(scores - scores.max())
        probabilities: Vectors = odds / odds.sum()
        return probabilities

    def save(self, folder: Path) -> None:
        """Write the matcher into a folder."""
        skops.io.dump({"labels": self.labels, "ngrams": self._ngrams}, folder / _FILE)
        np.savez(
            folder / _ARRAYS_FILE,
            examples=self._examples, dense=self._dense, sparse=self._sparse, intercept=self._intercept,
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """Read a matcher that `save` wrote."""
        parts: dict[str, Any] = skops.io.load(folder / _FILE, trusted=_TRUSTED)
        with np.load(folder / _ARRAYS_FILE) as arrays:
            return cls(parts["labels"], ngrams=parts["ngrams"], **arrays)
