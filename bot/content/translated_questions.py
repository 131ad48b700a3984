"""Example questions in other languages: data/languages/<code>/questions/<group>.yml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.content.problems import BrokenFile, Problem
from bot.content.schema import read_as
from bot.content.yaml_files import Document, yaml_below
from bot.content.yaml_text import KeyPath

QUESTIONS_FOLDER = "questions"


class Question(NamedTuple):
    """An example question: the id of its answer, its words, and where it stands."""

    answer_id: str
    text: str
    document: Document
    path: KeyPath

    def problem(self, message: str) -> Problem:
        """Return a problem with it."""
        return self.document.problem(self.path, message)


def read_questions(folder: Path) -> tuple[list[Question], list[Problem]]:
    """Read the example questions in a language's folder, and what is wrong with files that can't be used."""
    questions: list[Question] = []
    problems: list[Problem] = []
    for path in yaml_below(folder / QUESTIONS_FOLDER):
        try:
            questions += _questions_in(read_as("translated_questions", path))
        except BrokenFile as broken:
            problems += broken.problems
    return questions, problems


def _questions_in(document: Document) -> Iterator[Question]:
    for answer_id, texts in document.data["questions"].items():
        for number, text in enumerate(texts):
            yield Question(answer_id, text.strip(), document, ("questions", answer_id, number))
