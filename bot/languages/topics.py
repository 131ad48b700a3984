"""Which answers a message in another language asks for, by what e5 makes of it. Knows no Rasa.

Example questions vote, of the language itself and of English, more the more they are like the message (kernel ridge
regression, as in bot.matching.kernel). Less the middle of its language, a question's vector is nearly the same in each.
How well that works: docs/adr/0023.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from bot.content.answers import OUT_OF_SCOPE, SECTION_GROUP, URGENT_GROUP, Address
from bot.languages.weights import Floats, quick

Arrays = Mapping[str, npt.NDArray[Any]]

ANSWER, OFFER = 0.1, 0.05
"""By how much the best score must exceed that of none of them to be given, and to be offered with others."""
LEAD = 0.08
"""By how much it must exceed the next one's to be given."""
NEAR = 0.12
"""How much less an answer may score than one that is given, to be a button below it."""
MOST_TITLES = 3
"""How many answers are offered."""
_WIDTH = 3.0
"""How fast an example stops counting with distance (gamma)."""
_RIDGE = 0.3
"""How far an example's score may miss 1: the less, the more a single example counts."""
_PREFIX = "topics_"
_NOT_BESIDE = (SECTION_GROUP, URGENT_GROUP)
"""Groups of answers that are no buttons below another one."""
_NAMES = ("labels", "centred", "centres", "known", "votes")


class Asked(NamedTuple):
    """What a message asks for.

    Attributes:
        answers: a single id is that of the answer to give; several are to be offered; none if it is none of them.
        near: the ids of answers that it may ask for instead of one that is given.
    """

    answers: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examples:
    """Texts to learn from: the vector, the language and the answer's id of each.

    Attributes:
        centres: the middle of each language.
    """

    vectors: Floats
    languages: Sequence[str]
    labels: Sequence[str]
    centres: Mapping[str, Floats]


class TopicsAbroad:
    """Ranks the answers for a message, and decides.

    Args:
        arrays: what was learned.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._languages = arrays["centred"].tolist()
        self._labels = arrays["labels"].tolist()

    @classmethod
    def learn(cls, examples: Examples) -> TopicsAbroad:
        """Learn from examples, some of them out of scope."""
        labels, numbers = np.unique(examples.labels, return_inverse=True)
        centred = sorted(examples.centres)
        centres = np.stack([examples.centres[language] for language in centred])
        rows = _unit(examples.vectors - centres[np.searchsorted(centred, examples.languages)])
        matrix = _nearness(rows, rows)
        matrix[np.diag_indices_from(matrix)] += _RIDGE
        wanted = np.eye(len(labels), dtype=np.float32)[numbers]
        votes = cho_solve(cho_factor(matrix, overwrite_a=True, check_finite=False), wanted, check_finite=False)
        return cls(
            {
                "labels": labels,
                "centred": np.asarray(centred),
                "centres": centres,
                "known": rows.astype(np.float16),
                "votes": votes.astype(np.float16),
            }
        )

    def scores(self, vector: Floats, language: str) -> dict[str, float]:
        """Return the score of each answer, and of none of them, by id, the highest first."""
        row = _unit((vector - self._arrays["centres"][self._languages.index(language)])[None])
        scores = (_nearness(row, self._arrays["known"]) @ self._arrays["votes"])[0]
        return {self._labels[number]: float(scores[number]) for number in np.argsort(-scores)}

    def asked(self, vector: Floats, language: str, may_be_danger: bool = False, may_go_on: bool = False) -> Asked:
        """Decide what a message asks for.

        An urgent answer is given only if the message may be from someone in danger: else a question about overdoses
        would raise alarm. A section of what the conversation is on is found only if the message may go on with that.
        """
        scores = {
            label: score
            for label, score in self.scores(vector, language).items()
            if may_go_on or not label.startswith(f"{SECTION_GROUP}/")
        }
        none = scores.pop(OUT_OF_SCOPE, 0.0)
        likeliest = list(scores)[:MOST_TITLES]
        best, next_best = (scores[label] for label in likeliest[:2])
        if best - none < OFFER:
            return Asked()
        is_sure = best - none >= ANSWER and best - next_best >= LEAD
        is_sure &= may_be_danger or not likeliest[0].startswith(f"{URGENT_GROUP}/")
        if not is_sure:
            return Asked(tuple(likeliest))
        near = (label for label in likeliest[1:] if scores[label] > max(best - NEAR, none))
        return Asked(tuple(likeliest[:1]), tuple(label for label in near if Address(label).group not in _NOT_BESIDE))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned."""
        return {f"{_PREFIX}{name}": array for name, array in self._arrays.items()}

    @classmethod
    def of(cls, arrays: Arrays) -> TopicsAbroad:
        """Make it of what `arrays` returned."""
        return cls({name: quick(arrays[f"{_PREFIX}{name}"]) for name in _NAMES})


def _nearness(rows: Floats, known: Floats) -> Floats:
    products = np.asarray(rows @ known.T, np.float32)
    products -= 1
    products *= _WIDTH
    return np.exp(products, out=products)  # In place, since there are many while learning.


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
