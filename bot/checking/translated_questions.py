"""What `bot check` finds in example questions in other languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from bot.content.answers import SECTION_GROUP, SECTIONS
from bot.content.languages import plain
from bot.content.problems import Problem
from bot.content.translated_questions import Question, read_questions


def problems(folder: Path, ids: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with the questions of a language.

    Args:
        folder: the language's folder.
        ids: the ids of all answers.
    """
    questions, broken = read_questions(folder)
    yield from broken
    first: dict[str, Question] = {}
    for question in questions:
        words = plain(question.text)
        if not words:
            yield question.problem("this example question has no words. Write it, or delete the line.")
        elif words in first:
            yield question.problem(f"the same question also stands for `{first[words].answer_id}`. Delete one of them.")
        first.setdefault(words, question)
    known = {*ids, *(f"{SECTION_GROUP}/{name}" for name in SECTIONS)}
    for unknown in {question.answer_id: question for question in questions if question.answer_id not in known}.values():
        yield unknown.problem(
            f"there is no answer `{unknown.answer_id}` in data/faq. Rename it, or delete these questions."
        )
