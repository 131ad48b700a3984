"""Learns what tells languages apart, and danger in them, apart from Rasa's model: English learns nothing from it."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.content import DATA, ROOT
from bot.content.examples import example_questions
from bot.content.languages import ENGLISH, LANGUAGES, languages
from bot.content.model_files import MODELS, drop_old_models
from bot.content.schema import read_as
from bot.content.translated_questions import read_questions
from bot.content.translations import TEXTS, read_translated_phrases, read_translations
from bot.content.yaml_files import yaml_below
from bot.danger.cards import CRISIS, OVERDOSE, family
from bot.danger.messages import NOT_URGENT, danger_documents, labelled_messages
from bot.languages import topic_examples
from bot.languages.danger import DangerAbroad
from bot.languages.e5 import LAYERS
from bot.languages.hints import HINTS, Hints, learned_hints
from bot.languages.identify import OTHER, Identifier
from bot.languages.topics import TopicsAbroad
from bot.languages.vectors import layers_and_vectors
from bot.languages.weights import Floats
from bot.matching.ordinary import Part, ordinary_messages

DANGER_FILE, OTHERS_FILE = "danger.yml", "others.yml"
ENGLISH_DANGER, ENGLISH_QUESTIONS = 2_700, 300
"""How many messages of data/danger and of data/nlu danger is learned from, beside those of other languages."""
ENGLISH_READ, ENGLISH_CHAT = 2_500, 1_500
"""From how many of data/nlu, and of ordinary chat, English is learned."""
MOST_WRITTEN = 600
"""How many sentences of a language's translations it is learned from: one that is whole would outweigh the others."""
_MOST_WORDS = 16
_LEARNED_FROM = (
    "bot/languages/[!l_]*.py",
    "bot/languages/learning.py",
    "tools/build_e5.py",
    "data/languages/**/*.yml",
    "data/danger/**/*.yml",
)
"""Not the English example questions: it takes a sample of them, and an edit changes that little. But new answers."""
_KEYS = {"overdose": OVERDOSE, "crisis": CRISIS, "harmless": NOT_URGENT}
_SENTENCE = re.compile("[^.?!:;\\n\u061f\u061b\u06d4\u0964\u3002\uff01\uff1a\uff1b\uff1f]{4,}")

logger = logging.getLogger(__name__)


class Message(NamedTuple):
    """A message to learn from, its language, and the card that it needs."""

    text: str
    language: str
    label: str


def learned_file() -> Path:
    """Return where what is learned from the present data is, or will be."""
    digest = hashlib.sha256()
    for path in (path for pattern in _LEARNED_FROM for path in sorted(ROOT.glob(pattern))):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    digest.update("\0".join(path.relative_to(DATA).as_posix() for path in yaml_below(DATA / "nlu")).encode())
    return MODELS / f"languages-{digest.hexdigest()[:16]}.npz"


def learn() -> Path:
    """Learn, unless that was done already, and return the file. That takes a minute, for vectors."""
    file = learned_file()
    if file.exists():
        return file
    messages = [*_abroad(), *_in_english()]
    texts, spoken = _texts_by_language()
    examples = topic_examples.examples()
    texts_to_encode = [message.text for message in messages] + [example.text for example in examples]
    layers, vectors = layers_and_vectors(texts_to_encode)
    of_messages, of_examples = np.split(vectors, [len(messages)])
    said, spoken_in, labels = zip(*messages, strict=True)
    danger = DangerAbroad.learn(said, of_messages, spoken_in, labels)
    harmless = {language: _middle_of_harmless(messages, of_messages, language) for language in languages()}
    topics = TopicsAbroad.learn(topic_examples.with_vectors(examples, of_examples, harmless))
    learned = {**Identifier.learn(texts, spoken).arrays(), **danger.arrays(), **topics.arrays()}
    hints = {language: _hints(messages, language) for language in languages()}
    files = {LAYERS: layers, HINTS: json.dumps(hints).encode()}
    MODELS.mkdir(exist_ok=True)
    np.savez_compressed(file, **learned, **{name: np.frombuffer(of_it, np.uint8) for name, of_it in files.items()})
    drop_old_models(file)
    return file


def _middle_of_harmless(messages: Sequence[Message], vectors: Floats, language: str) -> Floats:
    chosen = [one.language == language and one.label == NOT_URGENT for one in messages]
    return np.asarray(vectors[chosen].mean(axis=0), np.float32)


def _hints(messages: Sequence[Message], language: str) -> dict[str, Hints]:
    own = [one for one in messages if one.language == language]
    return learned_hints([one.text for one in own], [one.label for one in own])


def _abroad() -> Iterator[Message]:
    """Yield the messages of data/languages."""
    for language in languages():
        data = read_as("language_danger", LANGUAGES / language / DANGER_FILE).data
        for key, label in _KEYS.items():
            yield from (Message(text, language, label) for text in data[key])


def _in_english() -> Iterator[Message]:
    """Yield short English messages, always the same ones."""
    danger = [(label, text) for document in danger_documents() for label, text, _ in labelled_messages(document)]
    for labelled, count in ((danger, ENGLISH_DANGER), (example_questions(DATA / "nlu"), ENGLISH_QUESTIONS)):
        short = sorted((text, label) for label, text in labelled if 1 < len(text.split()) <= _MOST_WORDS)
        for text, label in sorted(short, key=_at_random)[:count]:
            yield Message(text, ENGLISH, family(label) if label.startswith("urgent/") else NOT_URGENT)


def _texts_by_language() -> tuple[list[str], list[str]]:
    """Return texts to know languages by, and the language of each."""
    found = [(message.language, message.text) for message in _abroad()]
    for language in languages():
        written = sorted(_written_in(LANGUAGES / language), key=lambda text: _at_random((text, "")))
        found += [(language, text) for text in written[:MOST_WRITTEN]]
    others = read_as("other_languages", LANGUAGES / OTHERS_FILE).data
    found += [(OTHER, text) for texts in others.values() for text in texts]
    questions = sorted((text for _, text in example_questions(DATA / "nlu")), key=lambda text: _at_random((text, "")))
    found += [(ENGLISH, text) for text in (*questions[:ENGLISH_READ], *_chat())]
    spoken, texts = zip(*found, strict=True)
    return list(texts), list(spoken)


def _written_in(folder: Path) -> Iterator[str]:
    """Yield the sentences of a language's translations, and its questions."""
    yield from (question.text for question in read_questions(folder)[0])
    yield from read_translated_phrases(folder).data["phrases"].values()
    for translation in read_translations(folder):
        if translation.document:
            for key in TEXTS:
                yield from (part.strip() for part in _SENTENCE.findall(translation.document.data.get(key, "")))


def _chat() -> Iterable[str]:
    return ordinary_messages(Part.LEARN)[:ENGLISH_CHAT]


def _at_random(labelled: tuple[str, str]) -> bytes:
    """Return by what to sort messages at random, but always the same."""
    return hashlib.sha1(labelled[0].encode(), usedforsecurity=False).digest()
