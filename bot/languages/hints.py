"""Words by which a page in another language recognises danger if it can't reach the assistant.

bot/danger/hints.py has them for English. These are learned from a language's own messages, which are fewer, so they are
less sure.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy.typing as npt

from bot.content.languages import plain
from bot.danger.cards import CRISIS, OVERDOSE

HINTS = "hints"
"""Under which name they lie among what was learned."""
LETTERS = 5
"""How much of a word counts; in Chinese, each sign is a word."""
_FEWEST = 2
_STRENGTH = 0.3
_FAINTEST = 2
_ALARM_BELOW_ZERO = 0.8
"""How far below even odds it is that someone gets the steps."""
_SCALE = 10
_WORD = re.compile(r"[\u3400-\u9fff]|\S+")


class Hints(TypedDict):
    """The words for one kind of danger by what each adds, with spaces between; and what is there before any word."""

    base: int
    words: dict[str, str]


def stems(text: str) -> list[str]:
    """Return what counts of a message. web/widget/danger.js does the same."""
    joined = re.sub("['\u2019]", "", unicodedata.normalize("NFKC", text).lower())
    once = re.sub(r"([^\W\d_])\1{2,}", r"\1", joined)
    return sorted({word[:LETTERS] for word in _WORD.findall(plain(once))})


def hint(text: str, hints: dict[str, Hints]) -> str | None:
    """Return the card for the likeliest danger in a message. web/widget/danger.js does the same."""
    said = stems(text)
    sums = {
        card: one["base"] + sum(int(adds) * len({*said} & {*words.split()}) for adds, words in one["words"].items())
        for card, one in hints.items()
    }
    card = max(sums, key=lambda name: sums[name], default=None)
    return card if card and sums[card] > 0 else None


def hints_of(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, dict[str, Hints]]:
    """Return the words of each language, by its code, from what was learned."""
    return dict(json.loads(arrays[HINTS].tobytes()))


def learned_hints(texts: Sequence[str], labels: Sequence[str]) -> dict[str, Hints]:
    """Learn from the messages of one language, and the card that each needs or something else."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = CountVectorizer(analyzer=stems, binary=True, min_df=_FEWEST)
    counted = vectorizer.fit_transform(texts)
    hints: dict[str, Hints] = {}
    for card in (OVERDOSE, CRISIS):
        model = LogisticRegression(C=_STRENGTH, solver="liblinear").fit(counted, [label == card for label in labels])
        words: dict[int, list[str]] = defaultdict(list)
        for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True):
            words[round(weight * _SCALE)].append(name)
        base = round((model.intercept_[0] + _ALARM_BELOW_ZERO) * _SCALE)
        kept = {str(adds): " ".join(words[adds]) for adds in sorted(words) if abs(adds) >= _FAINTEST}
        hints[card] = Hints(base=base, words=kept)
    return hints
