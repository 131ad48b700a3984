"""Finds the part of an answer that a question is about, by the words of the answer itself. Knows no Rasa.

No examples are needed: a question is compared to each sentence, by meaning and by the words that they share. How it was
chosen, with figures: docs/matching.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from bot.content.answers import Answer
from bot.content.passages import Passage, parts, passages, sentences
from bot.matching.encoder import Vectors, meaning
from bot.matching.spelling import normalise

MARGIN = 0.018
"""How much more a question must be like a passage than like the answer's text to be taken for one about it."""
SHARED_WORDS = 0.15
"""How much words that question and sentence share count, the cosine of their vectors counting 1."""
MOST_PARTS, FITS, CLOSE = 2, 0.24, 0.2
"""How many parts of an answer a follow-up gets, how like it they must be, and how near the best one."""
LEADS = 0.95
"""How like a first question a follow-up must be to lead the answer: below, half of those that would weren't meant."""
FOLLOW_UP_FITS, SURELY_FITS = 0.5, 0.8
"""How like it a follow-up must be to be shown, and to be shown alone."""
FITS_THE_LOST, FITS_BETTER, FITS_BETTER_IN_DANGER = 0.6, 0.85, 0.7
"""How like it a part must be if a message leads nowhere else, and if it leads to another answer."""
_STEM = 6
"""How many letters of a word say which word it is: `injected` and `injection` are one."""
_SHORT = 2
"""How long words are that say nothing: at most."""
_FILE = "sentences.npz"

Encode = Callable[[str], Vectors]


def passage_of(question: str, vectors: Vectors, answer: Answer, encode: Encode) -> int | None:
    """Return which paragraph of an answer's `more` (bot.content.passages) a question is about, counted from 0.

    Args:
        question: as it was read (bot.matching.spelling).
        vectors: the question's, shape (768,).
        answer: the answer that the question asks for.
        encode: makes vectors of a sentence of an answer.

    Returns:
        None if the question is as much about the answer's text, or there are no other passages.
    """
    found = passages(answer)
    paragraphs = [passage for passage in found if not passage.question]  # They come first.
    asked = _stems(question) - _stems(answer.title)
    leading = _best_of(asked, vectors, answer, found, encode, LEADS) if len(found) > len(paragraphs) else None
    if leading is not None and found[leading].question:
        return leading
    return _best_of(asked, vectors, answer, paragraphs, encode, -np.inf) if paragraphs else None


def _best_of(
    asked: set[str], vectors: Vectors, answer: Answer, found: Sequence[Passage], encode: Encode, fits: float
) -> int | None:
    """Return which passage is most like a question, if it is as like as `fits`, and more so than the answer's text."""
    scores = _likeness(asked, vectors, [Passage(answer.text), *found], encode)
    best = int(np.argmax(scores[1:]))
    return best if scores[1 + best] >= max(fits, scores[0] + MARGIN) else None


def parts_of(
    question: str, vectors: Vectors, answer: Answer, encode: Encode, fits: float = FITS, most: int = MOST_PARTS
) -> list[int]:
    """Return which parts of an answer (bot.content.passages) fit a follow-up best.

    They are counted from 0, in the order in which they stand: at most two, none if nothing fits, one if it is a
    follow-up that was surely written for just that.
    """
    found = parts(answer)
    if not found:
        return []
    scores = _likeness(_stems(question), vectors, found, encode)
    fit = [
        number
        for number, part in enumerate(found)
        if scores[number] >= (max(fits, FOLLOW_UP_FITS) if part.question else fits)
    ]
    best = sorted(fit, key=lambda number: -scores[number])[:most]
    if best and found[best[0]].question and scores[best[0]] >= SURELY_FITS:
        return best[:1]
    if best and not found[best[0]].question:  # Then a follow-up was written for something else.
        best = [number for number in best if not found[number].question]
    return sorted(number for number in best if scores[number] >= scores[best[0]] - CLOSE)


def follow_up_of(question: str, vectors: Vectors, answer: Answer, encode: Encode, fits: float) -> int | None:
    """Return which part of an answer is the follow-up whose question is most like one, if it is as like as `fits`."""
    found = [Passage(part.question) if part.question else Passage("") for part in parts(answer)]
    scores = _likeness(_stems(question), vectors, found, encode)
    best = max(range(len(found)), key=lambda number: scores[number], default=None)
    return best if best is not None and scores[best] >= fits else None


def _likeness(asked: set[str], vectors: Vectors, found: Sequence[Passage], encode: Encode) -> list[float]:
    """Return how much each of an answer's texts is like a question, of these stems: as its sentence that is most so.

    The question that a text was written for counts as one of its sentences, and each sentence of it does.
    """
    in_each = [_sentences(one) for one in found]
    seldom = _rarity(in_each)
    meant = meaning(vectors)

    def likeness(sentence: str) -> float:
        stems = _stems(sentence)
        shared = sum(seldom[stem] for stem in asked & stems) / np.sqrt(1 + len(stems))
        return float(meaning(encode(sentence)) @ meant) + SHARED_WORDS * float(shared)

    return [max(map(likeness, part), default=-np.inf) for part in in_each]


def _sentences(passage: Passage) -> list[str]:
    asked = [passage.question, *sentences(passage.question)] if passage.question else []
    return list(dict.fromkeys([*asked, *sentences(passage.text)]))


def _rarity(parts: Sequence[Sequence[str]]) -> dict[str, float]:
    all_sentences = [sentence for part in parts for sentence in part]
    counts = Counter(stem for sentence in all_sentences for stem in _stems(sentence))
    return {stem: float(np.log(1 + len(all_sentences) / count)) for stem, count in counts.items()}


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in normalise(text).split() if len(word) > _SHORT}


class SentenceVectors:
    """The vectors of the answers' sentences. Those that were edited since the training are worked out once each.

    What people write is never kept here.
    """

    def __init__(self, vectors: dict[str, Vectors]) -> None:
        self._vectors = vectors

    @classmethod
    def learn(cls, answers: Iterable[Answer], encode_all: Callable[[Iterable[str]], Vectors]) -> SentenceVectors:
        """Work out those of all answers."""
        found = dict.fromkeys(
            sentence
            for answer in answers
            for passage in (Passage(answer.text), *passages(answer), *parts(answer))
            for sentence in _sentences(passage)
        )
        return cls(dict(zip(found, encode_all(map(normalise, found)), strict=True)))

    def of(self, sentence: str, encode: Encode) -> Vectors:
        """Return a sentence's vectors, with what can make them if they aren't there: shape (768,)."""
        if sentence not in self._vectors:
            self._vectors[sentence] = encode(normalise(sentence))
        return self._vectors[sentence]

    def save(self, folder: Path) -> None:
        """Write them into a folder, half as precise: that moves no cosine by more than a thousandth."""
        vectors = np.array(list(self._vectors.values()), dtype=np.float16)
        np.savez(folder / _FILE, sentences=np.array(list(self._vectors)), vectors=vectors)

    @classmethod
    def load(cls, folder: Path) -> SentenceVectors:
        """Read what `save` wrote."""
        with np.load(folder / _FILE) as arrays:
            return cls(dict(zip(arrays["sentences"].tolist(), arrays["vectors"], strict=True)))
