"""Answers and phrases in other languages: data/languages/<code>/. The English file stays the original."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.answer_files import PHRASES_FILE, WIDGET_FILE
from bot.content.answers import Answer
from bot.content.problems import BrokenFile, Problem
from bot.content.schema import read_as
from bot.content.yaml_files import Document, yaml_below

ANSWERS_FOLDER = "faq"
TEXTS = ("title", "short", "answer", "more", "urgent_note")
"""What a translation has of an answer, beside its sections."""
_DIGITS = 8


@dataclass(frozen=True)
class Translation:
    """A file with the translation of an answer: its document, or what is wrong with it."""

    id: str
    document: Document | None = None
    problems: tuple[Problem, ...] = ()

    def of(self, original: Answer) -> Answer:
        """Return the answer with the words of this translation. Parts that it hasn't got are left out."""
        assert self.document is not None
        data = self.document.data
        return dataclasses.replace(
            original,
            title=data["title"],
            short=data.get("short", ""),
            text=data["answer"],
            more=data.get("more", ""),
            follow_ups=(),
            urgent_note=data.get("urgent_note", ""),
            sections=data.get("sections", {}),
        )


def read_translations(folder: Path) -> Iterator[Translation]:
    """Yield the translations of answers in a language's folder, whether they can be used or not."""
    for path in yaml_below(folder / ANSWERS_FOLDER):
        answer_id = path.relative_to(folder / ANSWERS_FOLDER).with_suffix("").as_posix()
        try:
            yield Translation(answer_id, read_as("translation", path))
        except BrokenFile as broken:
            yield Translation(answer_id, problems=tuple(broken.problems))


def read_translated_phrases(folder: Path) -> Document:
    """Read the phrases in a language.

    Raises:
        BrokenFile: the file can't be used.
    """
    return read_as("translated_phrases", folder / PHRASES_FILE)


def read_translated_widget(folder: Path) -> Document:
    """Read what the chat on a web page says in a language; any of its words may be missing.

    Raises:
        BrokenFile: the file can't be used, or isn't there.
    """
    return read_as("translated_widget", folder / WIDGET_FILE)


def texts_of(answer: Answer) -> dict[str, str]:
    """Return the texts of an answer that a translation has to have, by the path of their key."""
    named = {"title": answer.title, "short": answer.short, "answer": answer.text, "more": answer.more}
    sections = {f"sections.{name}": text for name, text in answer.sections.items()}
    return {name: text for name, text in {**named, "urgent_note": answer.urgent_note, **sections}.items() if text}


def fingerprint(texts: Mapping[str, str]) -> str:
    """Return a short digest of an original's texts: a translation says of which version of it it is one."""
    joined = "\0".join(f"{name}\0{text.strip()}" for name, text in sorted(texts.items()))
    return hashlib.sha256(joined.encode()).hexdigest()[:_DIGITS]
