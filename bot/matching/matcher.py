"""Finds the label that a text means: sentence vector, letters and words into kernel ridge regression. Knows no Rasa.

How this was chosen, with figures: docs/matching.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

from bot.matching.encoder import Vectors
from bot.matching.held_out import is_held_out
from bot.matching.kernel import Factor, Floats, Kernel, KernelRidge
from bot.matching.ngrams import LETTERS, WORDS

LETTERS_WEIGHT, WORDS_WEIGHT = 0.5, 0.2
"""How much the likeness of letters and of words counts, that of the vectors counting 1."""
SMOOTHNESS = 0.3
"""The ridge: how little a single example may bend the scores."""
ENOUGH, LEVELLING = 60, 0.35
"""A label with fewer examples than that, or than half of the labels have, scores more: by this power of how few."""
SHARPNESS = 3.5
"""The power that makes confidences of scores."""
AXES = 384
"""How many directions of the 768 of both layers count: they hold .98 of the examples' squared length."""
OFTEN = 5_000
"""In how many examples n-grams of letters may be to count: the few that are in more make two thirds of the sums."""
STRANGE = 0.115
"""About what a text scores that has to do with no example."""
_LEFT_OUT = 1000
"""How many examples at most are left out, one after the other, to see what a known text scores."""
_AT_ONCE = 250
"""How many texts are ranked at once, if there are many."""
_FILE = "matcher.npz"


@dataclass(frozen=True)
class Candidate:
    """A label and how likely it is the one that is meant, from 0 to 1."""

    label: str
    confidence: float


def _square_of_mean(sums: Floats) -> Floats:
    sums /= 1 + LETTERS_WEIGHT + WORDS_WEIGHT
    sums *= sums
    return sums


_KERNEL = Kernel(1.0, (({**LETTERS, "max_df": OFTEN}, LETTERS_WEIGHT), (WORDS, WORDS_WEIGHT)), _square_of_mean, AXES)


class Matcher:
    """Ranks labels for a text.

    Each example votes for its label, more the more it is like the text; kernel ridge regression weighs the votes. The
    kernel is the square of the mean cosine of vectors, letter n-grams and words, so that what is far from every example
    gets scores near 0, and a label's score hardly depends on how many labels there are.

    "None of these" has a score too, `nothing`, the same for every text: a text is known if the labels together outweigh
    it. The more examples there are, the more a known text scores, so it lies halfway, in logarithms, between what a
    strange text scores and what examples score when they are left out.
    """

    def __init__(self, labels: list[str], counts: npt.NDArray[np.intp], ridge: KernelRidge, nothing: float) -> None:
        self.labels = labels
        self.nothing = nothing
        self._counts = counts
        self._ridge = ridge

    @classmethod
    def train(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> Matcher:
        """Learn from texts as they are read (bot.matching.spelling), their vectors (n, 768) and their labels."""
        return cls.train_leaving_out((), texts, vectors, labels)[0]

    @classmethod
    def train_leaving_out(
        cls,
        tested: Sequence[int],
        texts: Sequence[str],
        vectors: Vectors,
        labels: Sequence[str],
        is_raised: Callable[[str], bool] = lambda label: True,
    ) -> tuple[Matcher, list[list[Candidate]]]:
        """Learn from texts, and return beside it how each of some would be ranked if it alone were left out.

        Takes 4 n² bytes of memory, 1.9 GB for 22,000 examples.

        Args:
            tested: which of the texts are left out, counted from 0.
            texts: as they are read (bot.matching.spelling).
            vectors: theirs, shape (n, 768).
            labels: what each of them means.
            is_raised: whether a label scores more if it has few examples.
        """
        names, wanted, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
        levels = np.where([is_raised(str(name)) for name in names], _levels(counts), np.float32(1))
        smoothness, own = _smoothness(counts, wanted), np.diag(levels)[wanted]
        ridge, votes, factor = KernelRidge.learn(_KERNEL, texts, vectors, own, smoothness)
        sample = _sample(texts)
        own_scores = _left_out(factor, votes, own, sample)[np.arange(len(sample)), wanted[sample]]
        known = max(np.maximum(own_scores, 0.0).mean(), STRANGE / 2)  # A label's only example leaves nothing.
        matcher = cls([str(name) for name in names], counts, ridge, float(np.sqrt(STRANGE * known)))
        left_out = _left_out(factor, votes, own, np.array(tested, dtype=int))
        return matcher, list(map(matcher.ranked, left_out))

    def with_more(self, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> Matcher:
        """Return a matcher that knows some more examples, in milliseconds: what was learned before stays as it is.

        Args:
            texts: as they are read (bot.matching.spelling).
            vectors: theirs, shape (n, 768).
            labels: what each of them means; it may be new.
        """
        names = [*self.labels, *sorted({*labels} - {*self.labels})]
        numbers = np.array([names.index(label) for label in labels])
        counts = np.pad(self._counts, (0, len(names) - len(self.labels))) + np.bincount(numbers, minlength=len(names))
        own, smoothness = np.diag(_levels(counts))[numbers], _smoothness(counts, numbers)
        return Matcher(names, counts, self._ridge.with_more(texts, vectors, own, smoothness), self.nothing)

    def rank(self, text: str, vector: Vectors) -> list[Candidate]:
        """Return all labels, the likeliest first. What their confidences lack to 1 is that none of them is meant."""
        return self.rank_each([text], vector[np.newaxis])[0]

    def rank_each(self, texts: Sequence[str], vectors: Vectors) -> list[list[Candidate]]:
        """Return the ranking for each of some texts, given their vectors (n, 768): many at once take much less each."""
        return list(map(self.ranked, self._ridge.scores(texts, vectors)))

    def scores_of_all(self, texts: Sequence[str], vectors: Vectors) -> Iterator[Floats]:
        """Yield the labels' scores for each of many texts, given their vectors (n, 768), for `ranked`."""
        parts = [slice(first, first + _AT_ONCE) for first in range(0, len(texts), _AT_ONCE)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # Side by side: most of it is SciPy's and NumPy's.
            for scores in pool.map(lambda part: self._ridge.scores(texts[part], vectors[part]), parts):
                yield from scores

    def ranked(self, scores: Floats) -> list[Candidate]:
        """Return all labels by their scores, the likeliest first."""
        weights = np.maximum(scores, 0.0) ** SHARPNESS
        confidences = weights / (weights.sum() + self.nothing**SHARPNESS)
        order = np.argsort(-scores, kind="stable")
        return [Candidate(self.labels[index], float(confidences[index])) for index in order]

    def save(self, folder: Path) -> None:
        """Write the matcher into a folder."""
        own = {"labels": np.asarray(self.labels), "counts": self._counts, "nothing": np.asarray(self.nothing)}
        np.savez(folder / _FILE, **own, **self._ridge.arrays())

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """Read a matcher that `save` wrote."""
        with np.load(folder / _FILE) as arrays:
            labels = [str(label) for label in arrays["labels"]]
            return cls(labels, arrays["counts"], KernelRidge.of(_KERNEL, arrays), float(arrays["nothing"]))


def _sample(texts: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return the numbers of some examples that the encoder wasn't tuned to; of any, if there are no such."""
    new = np.array([number for number, text in enumerate(texts) if is_held_out(text)] or range(len(texts)))
    return new[:: -(-len(new) // _LEFT_OUT)]


def _smoothness(counts: npt.NDArray[np.intp], labels: npt.NDArray[np.intp]) -> npt.NDArray[np.floating[Any]]:
    """Return the ridge of examples by the numbers of their labels.

    Labels with few examples count more, by the root of how few: full class balancing over-weights rare labels.
    """
    usual = (counts**2).sum() / counts.sum()
    smoothness: npt.NDArray[np.floating[Any]] = SMOOTHNESS * np.sqrt(counts[labels] / usual)
    return smoothness


def _levels(counts: npt.NDArray[np.intp]) -> Floats:
    """Return what the examples of each label should score: more than 1 if they are few, lest others outvote them."""
    enough = min(ENOUGH, float(np.median(counts)))
    levels: Floats = ((np.minimum(counts, enough) / enough) ** -LEVELLING).astype(np.float32)
    return levels


def _left_out(factor: Factor, votes: Floats, wanted: Floats, numbers: npt.NDArray[np.intp]) -> Floats:
    """Return what some examples would score if each had been left out: shape (numbers, labels).

    In closed form, without training again (Rifkin and Lippert, *Notes on Regularized Least Squares*, 2007).
    """
    triangle, is_lower = factor
    ones = np.zeros((len(votes), len(numbers)), np.float32)
    ones[numbers, np.arange(len(numbers))] = 1
    halves = solve_triangular(triangle, ones, int(not is_lower), is_lower, overwrite_b=True, check_finite=False)
    on_diagonal = np.einsum("ij,ij->j", halves, halves)  # Of the inverted kernel matrix.
    scores: Floats = wanted[numbers] - votes[numbers] / on_diagonal[:, np.newaxis]
    return scores
