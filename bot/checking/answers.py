"""What can be wrong with an answer whose shape is right: one function a check."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.checking.prose import reading_grade, says_yes_or_no
from bot.checking.wording import Wording
from bot.content import markup
from bot.content.answer_files import AnswerFile
from bot.content.answers import FOLLOW_UPS, ITSELF, MORE, TO_REVIEW, TO_WRITE, URL_TO_WRITE, Answer
from bot.content.problems import Location, Problem
from bot.content.yaml_files import Document
from bot.content.yaml_text import KeyPath

MOST_WORDS = 90
"""In an answer, its `more` and each of its sections: what a phone shows at once."""
MOST_WORDS_URGENT = 119
MOST_WORDS_FOLLOW_UP = 50
"""In the answer to each follow-up."""
HIGHEST_GRADE = 7
"""The reading grade of the same parts: a person of 12 can read them."""
HIGHEST_GRADE_URGENT = 5
RESERVED = ("nlu:", "responses:", "stories:", "rules:")
"""Rasa takes a YAML file below data/ with a line that starts so for training data
(rasa/shared/data.py is_nlu_file, is_responses_file …)."""
_PARTS = (ITSELF, MORE, "sections", FOLLOW_UPS)


def problems(
    answer: Answer, document: Document, files: Sequence[AnswerFile], wording: Wording | None
) -> Iterator[Problem]:
    """Yield all that is wrong with an answer."""
    for path, text in _texts(answer):
        if path[0] in _PARTS:
            yield from _length(answer, document, path, text)
            yield from _grade(answer, document, path, text)
        if path[0] in (*_PARTS, "short") and says_yes_or_no(text):
            message = f"`{path[-1]}` begins with yes or no, in these or other words. Begin with the point."
            yield document.problem(path, message)
        yield from _markup(document, path, text)
        for fault in wording.faults(text) if wording else ():
            yield document.problem(path, fault)
    yield from _unwritten(document)
    yield from _related(answer, document, files)
    yield from _sources(answer, document)
    yield from _day(answer, document)


def lines_for_rasa(document: Document) -> Iterator[Problem]:
    """Yield the lines that would make Rasa read a file as its own."""
    for number, line in enumerate(Path(document.file).read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip().startswith(RESERVED):
            word = line.strip().partition(":")[0]
            message = f"a line can't begin with `{word}:`; Rasa would read it. Reword it."
            yield Problem(Location(document.file, number), message)


def _length(answer: Answer, document: Document, path: KeyPath, text: str) -> Iterator[Problem]:
    words = len(text.split())
    most = MOST_WORDS_URGENT if answer.group == "urgent" else MOST_WORDS
    hint = "Move some to `more`."
    if path[0] == FOLLOW_UPS:
        most, hint = MOST_WORDS_FOLLOW_UP, "Shorten it, or make two of it."
    if words > most:
        yield document.problem(path, f"`{path[-1]}` has {words} words, the most is {most}. {hint}")


def _grade(answer: Answer, document: Document, path: KeyPath, text: str) -> Iterator[Problem]:
    grade = reading_grade(text)
    highest = HIGHEST_GRADE_URGENT if answer.group == "urgent" else HIGHEST_GRADE
    if grade > highest:
        message = (
            f"`{path[-1]}` has reading grade {grade:.2f}, the highest is {highest}. Use shorter sentences and words."
        )
        yield document.problem(path, message)


def _markup(document: Document, path: KeyPath, text: str) -> Iterator[Problem]:
    for problem in markup.problems(text):
        yield document.problem(path, problem)


def _related(answer: Answer, document: Document, files: Sequence[AnswerFile]) -> Iterator[Problem]:
    # A file that can't be used still has its id: one mistake is reported once, not wherever the answer is named.
    others = {file.id: file.answer for file in files}
    for index, address in enumerate(answer.related):
        path, other = ("related", index), others.get(address.answer_id)
        if address.answer_id not in others:
            yield document.problem(path, f"there is no answer `{address.answer_id}`. Check its spelling.")
        elif other and not other.part(address.part):
            yield document.problem(path, f"`{address.answer_id}` has no `{address.part}`. Take it out.")
        if address.answer_id == answer.id and not address.part:
            yield document.problem(path, "an answer can't lead to itself. Take the line out.")


def _unwritten(document: Document) -> Iterator[Problem]:
    """Yield what `bot new` and `bot import` have left to someone: texts to write, and the review."""
    texts: list[tuple[KeyPath, str]] = [((key,), str(text)) for key, text in document.data.items()]
    texts += [(("sources", index, "title"), one["title"]) for index, one in enumerate(document.data["sources"])]
    texts += [(("sources", index, "url"), one["url"]) for index, one in enumerate(document.data["sources"])]
    for path, text in texts:
        if text.startswith((TO_WRITE, URL_TO_WRITE)):
            yield document.problem(path, f"`{path[-1]}` is still to write. Write it.")
    if document.data["reviewed_by"] == TO_REVIEW:
        message = "nobody has compared this answer with its sources yet. Compare them, then put your role here."
        yield document.advice(("reviewed_by",), message)


def _sources(answer: Answer, document: Document) -> Iterator[Problem]:
    for part in (None, MORE, FOLLOW_UPS, *answer.sections):
        if (answer.follow_ups if part == FOLLOW_UPS else answer.part(part)) and not answer.sources_of(part):
            where = f"`{part}`" if part else "the answer itself"
            yield document.problem(("sources",), f"{where} has no source. Add one, or drop `sections` from one.")


def _day(answer: Answer, document: Document) -> Iterator[Problem]:
    if answer.reviewed_on > datetime.date.today().isoformat():
        message = f"`reviewed_on` is {answer.reviewed_on}, which is yet to come. Correct it."
        yield document.problem(("reviewed_on",), message)


def _texts(answer: Answer) -> Iterator[tuple[KeyPath, str]]:
    yield ("title",), answer.title
    yield ("short",), answer.short
    yield ("answer",), answer.text
    yield (MORE,), answer.more
    for index, one in enumerate(answer.follow_ups):  # Their questions are in people's words.
        yield (FOLLOW_UPS, index, ITSELF), one.text
    yield ("urgent_note",), answer.urgent_note
    for name, text in answer.sections.items():
        yield ("sections", name), text
