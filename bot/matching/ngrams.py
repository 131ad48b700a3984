"""How alike texts are by their letters or words: tf-idf n-grams, kept as plain arrays. Knows no Rasa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer

Arrays = Mapping[str, npt.NDArray[Any]]

LETTERS: Mapping[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 4)}
WORDS: Mapping[str, Any] = {"token_pattern": r"\S+", "ngram_range": (1, 3)}


class Ngrams:
    """Weighs the n-grams of a text by tf-idf.

    Args:
        kind: LETTERS or WORDS, or the like.
        terms: the n-grams that count.
        idf: how much each counts: the rarer, the more.
    """

    def __init__(self, kind: Mapping[str, Any], terms: Sequence[str], idf: npt.NDArray[np.float32]) -> None:
        self._ngrams_of = TfidfVectorizer(**kind).build_analyzer()
        self._terms = {term: number for number, term in enumerate(terms)}
        self._idf = idf

    @classmethod
    def learn(
        cls, texts: Sequence[str], kind: Mapping[str, Any], counted: int | None = None
    ) -> tuple[Ngrams, csr_matrix]:
        """Learn which n-grams texts have, and return with them the texts' weights, shape (texts, n-grams).

        Args:
            texts: the texts.
            kind: LETTERS or WORDS, or the like.
            counted: how many of the texts, the first ones, say which n-grams there are and how rare; else all do.
        """
        vectorizer = TfidfVectorizer(**kind, sublinear_tf=True, dtype=np.float32)
        weights = vectorizer.fit_transform(texts[:counted])
        if others := texts[weights.shape[0] :]:
            weights = vstack([weights, vectorizer.transform(others)], format="csr")
        return cls(kind, vectorizer.get_feature_names_out().tolist(), vectorizer.idf_.astype(np.float32)), weights

    def __len__(self) -> int:
        return len(self._terms)

    def weigh(self, text: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        """Return the numbers of a text's n-grams and their weights, as a vector of length 1; none if it has none.

        By hand, since scikit-learn takes ten times as long for a single text.
        """
        counts = Counter(self._terms[ngram] for ngram in self._ngrams_of(text) if ngram in self._terms)
        numbers = np.fromiter(counts, dtype=np.intp)
        weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * self._idf[numbers]
        if counts:
            weights /= np.sqrt(weights @ weights)
        return numbers, weights

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned, as arrays whose names begin with `name`."""
        return {f"{name}_terms": np.frombuffer("\n".join(self._terms).encode(), np.uint8), f"{name}_idf": self._idf}

    @classmethod
    def of(cls, arrays: Arrays, name: str, kind: Mapping[str, Any]) -> Ngrams:
        """Make it of what `arrays` returned."""
        return cls(kind, arrays[f"{name}_terms"].tobytes().decode().split("\n"), arrays[f"{name}_idf"])


class NgramLikeness:
    """The n-grams of some texts, to which others are compared.

    Args:
        ngrams: weighs n-grams.
        weights: their weights in the texts, shape (n-grams, texts), each column of length 1.
    """

    def __init__(self, ngrams: Ngrams, weights: csr_matrix) -> None:
        self._ngrams = ngrams
        self._weights = weights

    @classmethod
    def learn(cls, texts: Sequence[str], kind: Mapping[str, Any]) -> NgramLikeness:
        """Learn the n-grams of texts; `kind` is LETTERS or WORDS."""
        ngrams, weights = Ngrams.learn(texts, kind)
        return cls(ngrams, weights.T.tocsr())

    def of_others(self, texts: Sequence[str]) -> NgramLikeness:
        """Return the same n-grams for other texts, to compare with those."""
        return NgramLikeness(self._ngrams, self._rows(texts).T.tocsr())

    def with_more(self, others: NgramLikeness) -> NgramLikeness:
        """Return the n-grams of these texts and, after them, of others that `of_others` returned."""
        return NgramLikeness(self._ngrams, hstack([self._weights, others._weights], format="csr"))

    def likeness(self, others: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the cosines of other texts to each of the texts: shape (others, texts)."""
        found: npt.NDArray[np.float32] = (self._rows(others) @ self._weights).toarray()
        return found

    def _rows(self, texts: Sequence[str]) -> csr_matrix:
        weighed = [self._ngrams.weigh(text) for text in texts]
        ends = np.cumsum([0, *(len(numbers) for numbers, _ in weighed)])
        numbers, weights = (np.concatenate(parts) for parts in zip(*weighed, strict=True))
        return csr_matrix((weights, numbers, ends), shape=(len(texts), len(self._ngrams)))

    def likeness_among(self, first: int = 0, last: int | None = None) -> npt.NDArray[np.float32]:
        """Return the cosines of the texts from `first` to before `last` to all before `last`."""
        before = self._weights[:, :last]
        found: npt.NDArray[np.float32] = (before[:, first:].T.tocsr() @ before).toarray()
        return found

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned, as arrays whose names begin with `name`."""
        return {
            **self._ngrams.arrays(name),
            f"{name}_data": self._weights.data,
            f"{name}_indices": self._weights.indices,
            f"{name}_indptr": self._weights.indptr,
            f"{name}_shape": np.asarray(self._weights.shape),
        }

    @classmethod
    def of(cls, arrays: Arrays, name: str, kind: Mapping[str, Any]) -> NgramLikeness:
        """Make it of what `arrays` returned."""
        parts = tuple(arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
        return cls(Ngrams.of(arrays, name, kind), csr_matrix(parts, shape=tuple(arrays[f"{name}_shape"])))
