"""A short list of words by which a page recognises danger if it can't reach the assistant: web/widget/danger.json.

Each word is a word's first letters, with a whole number that it adds for each kind of danger. If the sum is above zero,
someone may be in danger. The rules and the classifier recognise far more, and aren't so easily wrong; this is for when
there is no network, and what a false alarm costs is a list of steps that nobody needed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict

from bot.content import DATA, ROOT
from bot.content.examples import example_questions
from bot.danger import cards
from bot.danger.messages import NOT_URGENT, danger_documents, labelled_messages
from bot.danger.rules import words_of

FILE = ROOT / "web" / "widget" / "danger.json"
LETTERS = 5
"""How much of a word counts, so that "breathing" is "breathe"."""
_FEWEST = 8
"""In how many messages a word must occur."""
_STRENGTH = 0.05
"""How little the list is held back from growing: about 230 words, 600 bytes compressed."""
_FAINTEST = 3
"""What a word must add or take away at least."""
_ALARM_BELOW_ZERO = 1.8
"""How far below even odds it is that someone gets the steps."""
_SCALE = 10


class Hints(TypedDict):
    """The words for one kind of danger by what each adds, with spaces between; and what is there before any word."""

    base: int
    words: dict[str, str]


def stems(text: str) -> set[str]:
    """Return what counts of a message. web/widget/danger.js does the same."""
    return {word[:LETTERS] for word in words_of(text)}


def hint(text: str, hints: dict[str, Hints]) -> str | None:
    """Return the card for the likeliest danger in a message. web/widget/danger.js does the same."""
    said = stems(text)
    sums = {
        card: one["base"]
        + sum(int(adds) * len(said.intersection(words.split())) for adds, words in one["words"].items())
        for card, one in hints.items()
    }
    card = max(sums, key=lambda name: sums[name])
    return card if sums[card] > 0 else None


def read_hints(file: Path = FILE) -> dict[str, Hints]:
    """Read the list that is in use."""
    hints: dict[str, Hints] = json.loads(file.read_text(encoding="utf-8"))
    return hints


def learned_hints() -> dict[str, Hints]:
    """Learn the list from the messages of data/danger, with their near misses and the example questions."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, families = zip(*_learned_from(), strict=True)
    vectorizer = CountVectorizer(analyzer=_sorted_stems, binary=True, min_df=_FEWEST)
    counted = vectorizer.fit_transform(texts)
    names = vectorizer.get_feature_names_out()
    hints: dict[str, Hints] = {}
    for card in (cards.OVERDOSE, cards.CRISIS):
        model = LogisticRegression(penalty="l1", C=_STRENGTH, solver="liblinear", random_state=0)
        model.fit(counted, [family == card for family in families])
        words: dict[int, list[str]] = defaultdict(list)
        for name, weight in zip(names, model.coef_[0], strict=True):
            words[round(weight * _SCALE)].append(name)
        base = round((model.intercept_[0] + _ALARM_BELOW_ZERO) * _SCALE)
        hints[card] = Hints(
            base=base, words={str(adds): " ".join(words[adds]) for adds in sorted(words) if abs(adds) >= _FAINTEST}
        )
    return hints


def _sorted_stems(text: str) -> list[str]:
    return sorted(stems(text))


def _learned_from() -> Iterable[tuple[str, str]]:
    for label, text in _labelled():
        yield text, NOT_URGENT if label == NOT_URGENT else cards.family(label)


def _labelled() -> Iterator[tuple[str, str]]:
    for document in danger_documents():
        yield from ((message.label, message.text) for message in labelled_messages(document))
    for answer_id, text in example_questions(DATA / "nlu"):
        yield answer_id if answer_id.startswith("urgent/") else NOT_URGENT, text
