"""Which of our languages a text is in: naive Bayes over its letters.

fastText, which only says that a message isn't English, mistakes every second message in Swahili, and Hindi, Urdu and
Bengali in Latin letters: docs/adr/0021.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer

from bot.content.languages import ENGLISH

Arrays = Mapping[str, npt.NDArray[Any]]

OTHER = "other"
"""Stands for all languages that we don't speak."""
SURE = 20.0
"""How much likelier than the language that was spoken before another must be, as a logarithm: an answer in a language
that they don't know helps nobody."""
FEWEST_WORDS = 2
"""A single word in Latin letters is too little to tell."""
LEAST_KNOWN = 0.74
"""Which share of the n-grams of a text in Latin letters must be known, or it's in no language: at least .742 of 970
messages are, and less than that of 97 % of what is typed at random (which was often taken for danger in Dutch)."""
_NGRAMS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (1, 4), "lowercase": True}
_SELDOM = 2
"""N-grams of fewer texts say little, and there are many."""
_SMOOTHING = 0.05


class Identifier:
    """Tells languages apart.

    Args:
        languages: their codes, with ENGLISH and OTHER among them.
        terms: the n-grams of letters that are known.
        likelihoods: the logarithm of each n-gram's probability in each language, shape (n-grams, languages).
    """

    def __init__(self, languages: Sequence[str], terms: Sequence[str], likelihoods: npt.NDArray[np.float16]) -> None:
        self._languages = list(languages)
        self._terms = {term: number for number, term in enumerate(terms)}
        self._likelihoods = likelihoods
        self._ngrams_of = CountVectorizer(**_NGRAMS).build_analyzer()

    @classmethod
    def learn(cls, texts: Sequence[str], languages: Sequence[str]) -> Identifier:
        """Learn from texts and the language of each."""
        from sklearn.naive_bayes import MultinomialNB  # Serving does without.

        vectorizer = CountVectorizer(**_NGRAMS, binary=True, min_df=_SELDOM)
        counts = vectorizer.fit_transform(texts)
        bayes = MultinomialNB(alpha=_SMOOTHING, fit_prior=False).fit(counts, languages)
        likelihoods = bayes.feature_log_prob_.T.astype(np.float16)
        return cls(bayes.classes_.tolist(), vectorizer.get_feature_names_out().tolist(), likelihoods)

    def language_of(self, text: str, before: str = ENGLISH) -> str:
        """Return the language of a text; in doubt it is the one that was spoken before. OTHER: it isn't one of ours."""
        ngrams = set(self._ngrams_of(text))
        known = [self._terms[ngram] for ngram in ngrams if ngram in self._terms]
        if not known or not any(map(str.isalpha, text)):
            return before
        if _is_latin(text) and (len(text.split()) < FEWEST_WORDS or len(known) < LEAST_KNOWN * len(ngrams)):
            return before
        scores = self._likelihoods[known].sum(axis=0, dtype=np.float32)
        lead = scores.max() - scores[self._languages.index(before)]
        return before if lead < SURE else self._languages[int(np.argmax(scores))]

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned."""
        return {
            "languages": np.asarray(self._languages),
            "terms": np.frombuffer("\n".join(self._terms).encode(), np.uint8),
            "likelihoods": self._likelihoods,
        }

    @classmethod
    def of(cls, arrays: Arrays) -> Identifier:
        """Make it of what `arrays` returned."""
        terms = arrays["terms"].tobytes().decode().split("\n")
        return cls(arrays["languages"].tolist(), terms, arrays["likelihoods"])


def _is_latin(text: str) -> bool:
    """Tell whether a text is written in Latin letters, or in none at all."""
    return all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x2070 for letter in text if letter.isalpha())
