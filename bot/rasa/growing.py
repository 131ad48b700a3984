"""Adds new example questions to a model in seconds, beside what it has learned (ADR 26). Imports no Rasa."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from bot.content import DATA
from bot.content.answers import URGENT_GROUP
from bot.content.examples import example_questions
from bot.matching.encoder import Encoder, meaning
from bot.matching.learned_examples import Example, LearnedExamples
from bot.matching.matcher import Matcher
from bot.matching.reading import Reader
from bot.matching.spelling import Spelling

_ENCODER, _TOPICS = "encoder.SentenceEncoder", "topic.TopicMatcher"
"""How the folders end in which Rasa keeps what components have learned, but for a number."""


class CannotGrow(Exception):
    """More has changed than that example questions were added; the message says what."""


def grow(model: Path, to: Path) -> int:
    """Write a model that also knows the example questions that are new, and return how many these are.

    It reads their words as the model does, and leaves danger, names and conversations as they are.

    Raises:
        CannotGrow: examples were taken away, new ones are urgent, or there are none.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _unpack(model, (_ENCODER, _TOPICS), folder)
        (encoder,), (topics,) = (list(folder.glob(f"components/*{part}*")) for part in (_ENCODER, _TOPICS))
        examples = list(example_questions(DATA / "nlu"))
        learned = LearnedExamples.load(topics)
        new = _addable(learned, examples)
        reader = Reader(Encoder(encoder), Spelling.load(encoder))
        read = [reader.read(text, ()).whole for _, text in new]
        vectors = meaning(np.stack([passage.vectors for passage in read]))
        labels = [answer_id for answer_id, _ in new]
        Matcher.load(topics).with_more([passage.read for passage in read], vectors, labels).save(topics)
        LearnedExamples.of(examples).save(topics)
        changed = {f"components/{file.relative_to(folder / 'components')}": file for file in topics.iterdir()}
        _pack(model, changed, to)
    return len(new)


def _addable(learned: LearnedExamples, examples: list[Example]) -> list[Example]:
    new = learned.new_among(examples)
    if not learned.all_among(examples):
        raise CannotGrow("Example questions were taken away or moved.")
    if any(answer_id.startswith(f"{URGENT_GROUP}/") for answer_id, _ in new):
        raise CannotGrow("There are new urgent example questions.")
    if not new:
        raise CannotGrow("There are no new example questions.")
    return new


def _unpack(model: Path, parts: Iterable[str], folder: Path) -> None:
    with tarfile.open(model) as archive:
        for member in archive:
            if member.isfile() and any(part in member.name for part in parts):
                file = folder / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                held = archive.extractfile(member)
                file.write_bytes(held.read() if held else b"")


def _pack(model: Path, changed: Mapping[str, Path], to: Path) -> None:
    """Write a model of which some files are others; it is there once it is whole."""
    unfinished = to.with_suffix(".unfinished")
    with tarfile.open(model) as parts, tarfile.open(unfinished, "w:gz", compresslevel=0) as archive:
        for part in parts:
            held = parts.extractfile(part) if part.isfile() else None
            if file := changed.get(part.name):
                content = file.read_bytes()
                part.size, held = len(content), io.BytesIO(content)
            archive.addfile(part, held)
    unfinished.replace(to)
