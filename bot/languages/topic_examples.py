"""From what it is learned which answers a message in another language asks for: English examples and its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from bot.content import DATA
from bot.content.answers import OUT_OF_SCOPE, SECTION_GROUP, SECTIONS
from bot.content.examples import example_questions
from bot.content.languages import ENGLISH, LANGUAGES, languages
from bot.content.library import library
from bot.content.translated_questions import read_questions
from bot.content.translations import read_translations
from bot.languages.topics import Examples
from bot.languages.weights import Floats
from bot.matching.ordinary import Part, ordinary_messages

ENGLISH_EXAMPLES = 40
"""How many of an answer's English examples are learned from."""
OUT_OF_SCOPE_EXAMPLES, CHAT = 300, 600
FEWEST_FOR_A_MIDDLE = 100
"""From how many questions and titles on a language's middle is theirs; it is that of its harmless messages before."""
_MOST_WORDS = 24
_LONGER_CHAT = 3


class Example(NamedTuple):
    """A text, its language, and the id of the answer that it asks for."""

    text: str
    language: str
    label: str


def examples() -> list[Example]:
    """Return all examples, always the same ones in the same order."""
    return [*_in_english(), *(one for language in languages() for one in _in(language))]


def with_vectors(found: list[Example], vectors: Floats, harmless: dict[str, Floats]) -> Examples:
    """Return the examples to learn from; `harmless` has the middle of each language's harmless messages."""
    centres = dict(harmless)
    spoken = np.asarray([one.language for one in found])
    in_scope = np.asarray([one.label != OUT_OF_SCOPE for one in found])
    for language, count in Counter(spoken[in_scope].tolist()).items():
        if count >= FEWEST_FOR_A_MIDDLE:
            centres[language] = vectors[in_scope & (spoken == language)].mean(axis=0)
    return Examples(vectors, spoken.tolist(), [one.label for one in found], centres)


def at_random(texts: Iterable[str]) -> list[str]:
    """Return texts in an order that is random, but always the same."""
    return sorted(texts, key=lambda text: hashlib.sha1(text.encode(), usedforsecurity=False).digest())


def _in_english() -> Iterator[Example]:
    by_label: dict[str, list[str]] = {}
    for label, text in example_questions(DATA / "nlu"):
        if len(text.split()) <= _MOST_WORDS:
            by_label.setdefault(label, []).append(text)
    for label, texts in by_label.items():
        most = OUT_OF_SCOPE_EXAMPLES if label == OUT_OF_SCOPE else ENGLISH_EXAMPLES
        yield from (Example(text, ENGLISH, label) for text in at_random(texts)[:most])
    yield from (Example(answer.title, ENGLISH, answer.id) for answer in library() if answer.id != OUT_OF_SCOPE)
    chat = [text for text in ordinary_messages(Part.LEARN) if _LONGER_CHAT <= len(text.split()) <= _MOST_WORDS]
    yield from (Example(text, ENGLISH, OUT_OF_SCOPE) for text in chat[:CHAT])


def _in(language: str) -> Iterator[Example]:
    known = {*(answer.id for answer in library()), *(f"{SECTION_GROUP}/{name}" for name in SECTIONS)}
    for question in read_questions(LANGUAGES / language)[0]:
        if question.answer_id in known:
            yield Example(question.text, language, question.answer_id)
    for translation in read_translations(LANGUAGES / language):
        if translation.document and translation.id in known - {OUT_OF_SCOPE}:
            yield Example(translation.document.data["title"], language, translation.id)
