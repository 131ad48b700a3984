"""Kernel ridge regression over what the encoder makes of texts, and over their n-grams. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from bot.matching.encoder import Vectors
from bot.matching.ngrams import Arrays, NgramLikeness

Floats = npt.NDArray[np.float32]
Factor = tuple[Floats, bool]
"""A kernel matrix with its ridge, as scipy.linalg.cho_factor returns it."""
_AT_ONCE = 1000
"""How many rows of the kernel matrix are worked out at a time."""
_FEW = 4
"""How many texts are compared one by one: more take longer so than together."""


@dataclass(frozen=True)
class Kernel:
    """How alike two texts are: the cosines of their vectors and n-grams, added up by weight, then shaped.

    Args:
        vectors: the weight of the vectors' product.
        ngrams: the kinds of n-grams (bot.matching.ngrams), each with its weight.
        shape: makes the kernel of such a sum, in place, and returns it.
        axes: how many directions of the vectors count at most: those in which the examples are longest.
    """

    vectors: float
    ngrams: tuple[tuple[Mapping[str, Any], float], ...]
    shape: Callable[[Floats], Floats]
    axes: int


class KernelRidge:
    """Examples that vote, more the more they are like a text (Saunders et al. 1998).

    Args:
        kernel: how alike two texts are.
        axes: the directions of vectors that count, shape (dimensions, axes).
        examples: the examples' vectors along these, shape (axes, examples).
        ngrams: the examples' n-grams, one of each kind of the kernel.
        votes: what each example adds to each score, shape (scores, examples).

    Rows are long, for a text is read from memory in half the time that way.
    """

    def __init__(
        self, kernel: Kernel, axes: Floats, examples: Floats, ngrams: Sequence[NgramLikeness], votes: Floats
    ) -> None:
        self._kernel = kernel
        self._axes = axes
        self._examples = examples
        self._ngrams = ngrams
        self._votes = votes

    @classmethod
    def learn(
        cls,
        kernel: Kernel,
        texts: Sequence[str],
        vectors: Vectors,
        wanted: Floats,
        ridge: npt.NDArray[np.floating[Any]],
    ) -> tuple[KernelRidge, Floats, Factor]:
        """Learn the scores that texts should get, and return the votes and the factored kernel matrix beside it.

        Takes 4 n² bytes of memory.

        Args:
            kernel: how alike two texts are.
            texts: the examples.
            vectors: their vectors, shape (n, dimensions).
            wanted: the score that each should get for each label, shape (n, scores).
            ridge: how far each may miss it, shape (n,): the less, the more it bends the scores.
        """
        axes = _longest_axes(vectors, kernel.axes)
        examples = np.ascontiguousarray(vectors @ axes)
        ngrams = [NgramLikeness.learn(texts, kind) for kind, _ in kernel.ngrams]
        matrix = np.zeros((len(texts), len(texts)), dtype=np.float32)
        for first in range(0, len(texts), _AT_ONCE):  # It is symmetric, so the lower half is enough.
            last = min(first + _AT_ONCE, len(texts))
            block = matrix[first:last, :last]
            block += kernel.vectors * (examples[first:last] @ examples[:last].T)
            for (_, weight), grams in zip(kernel.ngrams, ngrams, strict=True):
                block += weight * grams.likeness_among(first, last)
            kernel.shape(block)
        matrix[np.diag_indices_from(matrix)] += ridge
        factor = cho_factor(matrix.T, overwrite_a=True, check_finite=False)  # Transposed, it isn't copied.
        votes: Floats = cho_solve(factor, wanted, check_finite=False).astype(np.float32)
        return cls(kernel, axes, _rows(examples.T), ngrams, _rows(votes.T)), votes, factor

    def with_more(
        self, texts: Sequence[str], vectors: Vectors, wanted: Floats, ridge: npt.NDArray[np.floating[Any]]
    ) -> KernelRidge:
        """Learn some more examples, in milliseconds: they vote for what their scores lack, and all others as before.

        Args:
            texts: the examples.
            vectors: their vectors, shape (n, dimensions).
            wanted: the score that each should get, shape (n, scores), or with more scores, which are new.
            ridge: how far each may miss it, shape (n,).
        """
        new_scores = wanted.shape[1] - len(self._votes)
        votes = np.pad(self._votes, ((0, new_scores), (0, 0)))
        lacking = wanted - np.pad(self.scores(texts, vectors), ((0, 0), (0, new_scores)))
        examples, ngrams = vectors @ self._axes, [grams.of_others(texts) for grams in self._ngrams]
        matrix = self._alike(texts, examples, examples.T, ngrams)
        matrix[np.diag_indices_from(matrix)] += ridge
        more: Floats = cho_solve(cho_factor(matrix), lacking).astype(np.float32)
        all_ngrams = [grams.with_more(others) for grams, others in zip(self._ngrams, ngrams, strict=True)]
        all_examples = np.hstack([self._examples, examples.T])
        return KernelRidge(self._kernel, self._axes, all_examples, all_ngrams, np.hstack([votes, more.T]))

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Return the scores of texts, given their vectors: shape (texts, scores). Many at once take much less each."""
        return _product(self._alike(texts, vectors @ self._axes, self._examples, self._ngrams), self._votes.T)

    def _alike(
        self, texts: Sequence[str], along_axes: Floats, examples: Floats, ngrams: Sequence[NgramLikeness]
    ) -> Floats:
        """Return how alike texts and examples are, the kernel of both: shape (texts, examples)."""
        sums = self._kernel.vectors * _product(along_axes, examples)
        for (_, weight), grams in zip(self._kernel.ngrams, ngrams, strict=True):
            sums += weight * grams.likeness(texts)
        return self._kernel.shape(sums)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned, as arrays."""
        found = {"axes": self._axes, "examples": self._examples, "votes": self._votes}
        for number, grams in enumerate(self._ngrams):
            found |= grams.arrays(f"ngrams_{number}")
        return found

    @classmethod
    def of(cls, kernel: Kernel, arrays: Arrays) -> KernelRidge:
        """Make it of what `arrays` returned."""
        ngrams = [NgramLikeness.of(arrays, f"ngrams_{number}", kind) for number, (kind, _) in enumerate(kernel.ngrams)]
        return cls(kernel, arrays["axes"], arrays["examples"], ngrams, arrays["votes"])


def _product(rows: Floats, columns: Floats) -> Floats:
    """Return the product of two matrices, of a few rows one by one: OpenBLAS copies what it multiplies by several."""
    product: Floats = np.stack([row @ columns for row in rows]) if len(rows) <= _FEW else rows @ columns
    return product


def _rows(matrix: Floats) -> Floats:
    rows: Floats = np.ascontiguousarray(matrix)
    return rows


def _longest_axes(vectors: Vectors, most: int) -> Floats:
    """Return the directions in which vectors are longest: shape (dimensions, at most `most`)."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    longest: Floats = np.ascontiguousarray(axes[:, ::-1][:, :most], np.float32)
    return longest
