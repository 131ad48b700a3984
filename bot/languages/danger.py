"""Recognises danger in other languages by what e5 makes of a message, and by its letters. Knows no Rasa.

What is said counts, not in which language: less their language's middle, the vectors of the same message in different
languages are nearly the same. So a support vector machine learns from the messages of all languages together, and from
English ones. N-grams of letters count beside the vectors, in each language by themselves. How well that works:
docs/adr/0021.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.danger.cards import CRISIS, OVERDOSE
from bot.danger.verdict import Level, Verdict
from bot.languages.weights import Floats, quick
from bot.matching.ngrams import LETTERS, Ngrams

Arrays = Mapping[str, npt.NDArray[Any]]

URGENT, CHECK = 0.25, -0.15
"""From which margins on a message gets the card, and from which on it is asked whether someone is in danger."""
_WIDTH = 2.0
"""How fast a known message stops counting with distance (gamma)."""
_LETTERS_WEIGHT = 0.3
"""How much the letters count, the vectors counting 1."""
_LETTERS: Mapping[str, Any] = {**LETTERS, "min_df": 2}
_AT_ONCE = 1000
_COST = 5.0
_FAMILY_COST = 10.0


class DangerAbroad:
    """Says whether a message speaks of danger.

    Args:
        arrays: what was learned.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._languages = arrays["centred"].tolist()
        self._letters = Ngrams.of(arrays, "letters", _LETTERS)

    @classmethod
    def learn(
        cls, texts: Sequence[str], vectors: Floats, languages: Sequence[str], labels: Sequence[str]
    ) -> DangerAbroad:
        """Learn from messages, their vectors, the language of each, and the card that it needs or something else."""
        from sklearn.linear_model import LogisticRegression  # Serving needs neither.
        from sklearn.svm import SVC

        spoken, urgent = np.asarray(languages), np.isin(labels, (OVERDOSE, CRISIS))
        centred = sorted(set(languages))
        centres = np.stack([_middle(vectors[spoken == one], urgent[spoken == one]) for one in centred])
        rows = _unit(vectors - centres[np.searchsorted(centred, spoken)])
        letters, weights = Ngrams.learn(texts, _LETTERS)
        nearness = _nearness(rows, rows)
        for first in range(0, len(rows), _AT_ONCE):  # All at once would take gigabytes.
            part = slice(first, first + _AT_ONCE)
            nearness[part] += (_LETTERS_WEIGHT * (weights[part] @ weights.T)).toarray()
        machine = SVC(C=_COST, kernel="precomputed").fit(nearness, urgent)  # Several times faster so.
        votes = machine.dual_coef_[0].astype(np.float32)
        family = LogisticRegression(C=_FAMILY_COST, max_iter=300).fit(
            rows[urgent], np.asarray(labels)[urgent] == CRISIS
        )
        return cls(
            {
                "centred": np.asarray(centred),
                "centres": centres,
                "known": rows[machine.support_].astype(np.float16),
                "votes": votes,
                "letters_votes": (_LETTERS_WEIGHT * (weights[machine.support_].T @ votes)).astype(np.float16),
                **letters.arrays("letters"),
                "constant": machine.intercept_.astype(np.float32),
                "crisis": np.append(family.coef_[0], family.intercept_).astype(np.float32),
            }
        )

    def margin(self, text: str, vector: Floats, language: str) -> tuple[float, str]:
        """Return how much a message is like danger, and the card that fits best if it is."""
        centre = self._arrays["centres"][self._languages.index(language)]
        row = _unit((vector - centre)[None])[0]
        nearness = _nearness(row[None], self._arrays["known"])[0]
        ngrams, weights = self._letters.weigh(text)
        margin = float(nearness @ self._arrays["votes"] + self._arrays["constant"][0])
        margin += float(self._arrays["letters_votes"][ngrams] @ weights)
        is_crisis = float(row @ self._arrays["crisis"][:-1] + self._arrays["crisis"][-1]) > 0
        return margin, CRISIS if is_crisis else OVERDOSE

    def verdict(self, text: str, vector: Floats, language: str) -> Verdict | None:
        """Decide about a message by its words and its vector."""
        margin, card = self.margin(text, vector, language)
        if margin >= URGENT:
            return Verdict(Level.URGENT, card)
        return Verdict(Level.CHECK, card) if margin >= CHECK else None

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned."""
        return dict(self._arrays)

    @classmethod
    def of(cls, arrays: Arrays) -> DangerAbroad:
        """Make it of what `arrays` returned."""
        letters = ("letters_votes", "letters_terms", "letters_idf")
        names = ("centred", "centres", "known", "votes", "constant", "crisis", *letters)
        return cls({name: quick(arrays[name]) for name in names})


def _nearness(rows: Floats, known: Floats) -> Floats:
    return np.asarray(np.exp(2 * _WIDTH * (rows @ known.T - 1)), np.float32)


def _middle(vectors: Floats, urgent: npt.NDArray[np.bool_]) -> Floats:
    """Return the middle of a language, danger and the rest counting the same, however many there are of each."""
    return np.asarray((vectors[urgent].mean(axis=0) + vectors[~urgent].mean(axis=0)) / 2, np.float32)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
