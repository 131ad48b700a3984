"""Finds the label that a text means: sentence vector and letter n-grams into kernel ridge regression. Knows no Rasa.

How this was chosen, with figures: docs/matching.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from bot.matching.encoder import Vectors
from bot.matching.ngrams import LETTERS, Ngrams

LETTERS_WEIGHT = 0.5
"""How much the likeness of letters counts, that of the vectors counting 1."""
SMOOTHNESS = 0.3
"""The ridge: how little a single example may bend the scores."""
SHARPNESS = 3.5
"""The power that makes confidences of scores."""
STRANGE = 0.115
"""About what a text scores that has to do with no example."""
_LEFT_OUT = 1000
"""How many examples at most are left out, one after the other, to see what a text scores that is known."""
_FILE = "matcher.npz"


@dataclass(frozen=True)
class Candidate:
    """A label and how likely it is the one that is meant, from 0 to 1."""

    label: str
    confidence: float


class Matcher:
    """Ranks labels for a text.

    Each example votes for its label, more the more it is like the text; kernel ridge regression (Saunders et al. 1998)
    weighs the votes. The kernel is the square of the mean cosine of vectors and of letter n-grams, so that what is far
    from every example gets scores near 0, and a label's score hardly depends on how many labels there are.

    "None of these" has a score too, `nothing`, the same for every text: a text is known if the labels together outweigh
    it. The more examples there are, the more a known text scores, so it lies halfway, in logarithms, between what a
    strange text scores and what examples score when they are left out.
    """

    def __init__(
        self, labels: list[str], examples: Vectors, letters: Ngrams, votes: npt.NDArray[np.float32], nothing: float
    ) -> None:
        self.labels = labels
        self.nothing = nothing
        self._examples = examples
        self._letters = letters
        self._votes = votes

    @classmethod
    def train(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> Matcher:
        """Learn from texts as they are read (bot.matching.typos), their vectors (n, 384) and their labels.

        Takes n² memory, 55 MB for 3,700 examples.
        """
        vectors = np.ascontiguousarray(vectors)
        letters = Ngrams.learn(texts, LETTERS)
        names, wanted, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
        # Labels with few examples are heard more, by the root of how few: fully balanced would be shouting.
        doubt = SMOOTHNESS * np.sqrt(counts[wanted] / counts[wanted].mean())
        likeness = _kernel(vectors @ vectors.T, letters.likeness_among())
        likeness[np.diag_indices_from(likeness)] += doubt
        factor = cho_factor(likeness, overwrite_a=True)
        votes = cho_solve(factor, np.eye(len(names), dtype=np.float32)[wanted])
        known = max(_left_out(factor, votes, wanted).mean(), STRANGE / 2)  # A label's only example leaves nothing.
        nothing = float(np.sqrt(STRANGE * known))
        return cls([str(name) for name in names], vectors, letters, votes.astype(np.float32), nothing)

    def rank(self, text: str, vector: Vectors) -> list[Candidate]:
        """Return all labels, the likeliest first. What their confidences lack to 1 is that none of them is meant."""
        scores = _kernel(self._examples @ vector, self._letters.likeness(text)) @ self._votes
        weights = np.maximum(scores, 0.0) ** SHARPNESS
        confidences = weights / (weights.sum() + self.nothing**SHARPNESS)
        order = np.argsort(-scores, kind="stable")
        return [Candidate(self.labels[index], float(confidences[index])) for index in order]

    def save(self, folder: Path) -> None:
        """Write the matcher into a folder."""
        np.savez(
            folder / _FILE, labels=np.asarray(self.labels), examples=self._examples, votes=self._votes,
            nothing=self.nothing, **self._letters.arrays("letters"),
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """Read a matcher that `save` wrote."""
        with np.load(folder / _FILE) as arrays:
            letters = Ngrams.of(arrays, "letters", LETTERS)
            labels = [str(label) for label in arrays["labels"]]
            return cls(labels, arrays["examples"], letters, arrays["votes"], float(arrays["nothing"]))


def _kernel(vectors: npt.NDArray[np.float32], letters: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return how alike texts are, from the cosines of their vectors and of their letters."""
    mean: npt.NDArray[np.float32] = (vectors + LETTERS_WEIGHT * letters) / (1 + LETTERS_WEIGHT)
    return mean * mean


def _left_out(
    factor: tuple[npt.NDArray[np.float32], bool], votes: npt.NDArray[np.float32], wanted: npt.NDArray[np.intp]
) -> npt.NDArray[np.float32]:
    """Return what examples would score for their own label if they had been left out, at least 0.

    In closed form, without training anew (Rifkin and Lippert, *Notes on Regularized Least Squares*, 2007).
    """
    sample = np.arange(0, len(wanted), -(-len(wanted) // _LEFT_OUT))
    inverse = cho_solve(factor, np.eye(len(wanted), dtype=np.float32)[:, sample])
    scores: npt.NDArray[np.float32] = 1 - votes[sample, wanted[sample]] / inverse[sample, np.arange(len(sample))]
    return np.maximum(scores, 0.0)
