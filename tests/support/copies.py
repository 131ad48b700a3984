"""Finds test texts that are also training texts."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.content.examples import plain_words

NEAR = 0.9
COMMON = 0.03
"""In which share of the examples a letter 3-gram is common."""


def nearly_the_same(asked: list[str], examples: list[str]) -> list[str]:
    """Return what is asked and is also an example, or one but for a typo: by the cosine of letter 3-grams, from .9 on."""
    asked, examples = list(map(plain_words, asked)), list(map(plain_words, examples))
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32)
    grams = vectorizer.fit_transform(examples + asked)
    known, near = set(examples), _near(grams[len(examples) :], grams[: len(examples)])
    return [text for number, text in enumerate(asked) if text in known or (number in near and len(text.split()) > 2)]


def _near(asked: csr_matrix, examples: csr_matrix) -> set[int]:
    """Return the rows of `asked` that have a cosine of NEAR or more to an example.

    Most of a product is that of the common 3-grams, so it is made only of rows in which they could add what is lacking.
    """
    common = np.bincount(examples.indices, minlength=examples.shape[1]) > COMMON * examples.shape[0]
    most_asked, most_examples = (_length(rows[:, common]) for rows in (asked, examples))
    rare = (asked[:, ~common] @ examples[:, ~common].T).tocoo()
    could_be = rare.row[rare.data + most_asked[rare.row] * most_examples[rare.col] >= NEAR]
    rows = np.union1d(could_be, np.flatnonzero(most_asked >= NEAR))
    found = (asked[rows] @ examples.T).max(axis=1).toarray().ravel()
    return set(rows[found >= NEAR].tolist())


def _length(rows: csr_matrix) -> np.ndarray:
    return np.sqrt(np.asarray(rows.power(2).sum(axis=1))).ravel()
