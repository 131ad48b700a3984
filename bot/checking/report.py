"""Checks all that staff edit at once, for `bot check`. All problems are collected; none hides another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.checking import answers, conversations, danger, examples, names, translations
from bot.checking.claims import Claims, warnings
from bot.checking.review import notes
from bot.checking.wording import Wording
from bot.content import DATA, QUESTIONS, SHIPPED
from bot.content.answer_files import AnswerFile, misnamed_files, read_answers, read_phrases, read_widget_words
from bot.content.answers import MOST_ID_CHARACTERS
from bot.content.examples import read_lines
from bot.content.own import hidden_ids, lay_over, relocated
from bot.content.problems import ERROR, BrokenFile, Location, Problem
from bot.content.schema import read_as
from bot.content.yaml_files import Document, shown
from bot.danger.directory import dialled, read_directory

_Read = TypeVar("_Read")


@dataclass
class Report:
    """What a check found."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answers: int = 0
    examples: int = 0

    def add(self, found: Iterable[Problem]) -> None:
        """Add what else was found, each where it belongs."""
        for one in found:
            (self.problems if one.level == ERROR else self.warnings).append(one)
        self.problems.sort()
        self.warnings.sort()


def check(data: Path = DATA, questions: Path = QUESTIONS) -> Report:
    """Check everything below `data`, and that each file of test questions has an answer."""
    report = Report()
    report.problems += lay_over() if data == DATA else []
    files = [*read_answers(data / "faq"), *map(AnswerFile, hidden_ids() if data == DATA else ())]
    named = _collected(report.problems, lambda: read_as("names", data / "entities.yml"))
    report.problems += _problems_of_answers(data, files, report.problems)
    report.problems += _problems_of_learning(data, files, named, report)
    if files:
        report.problems += examples.unanswered(questions, files)
    _collected(report.problems, lambda: read_as("places", data / "places.yml"))
    report.problems += _problems_of_places(data, files)
    report.answers = sum(file.answer is not None for file in files)
    report.notes = list(notes(file.answer for file in files if file.answer))
    report.notes += translations.said_unchecked(data / "languages")
    found, report.problems = [*report.problems, *_warnings(files, named)], []
    report.add(map(relocated, found))
    return report


def _problems_of_answers(data: Path, files: list[AnswerFile], problems: list[Problem]) -> Iterator[Problem]:
    """Yield what is wrong with answers, phrases and the words to avoid."""
    faq = data / "faq"
    if not files:
        yield Problem(Location(shown(faq)), "the folder is missing, or has no answer in it. Put the answers back.")
    for path in misnamed_files(faq):
        where = Location(shown(path))
        yield Problem(
            where, "the file isn't named like an answer. Names are group/name.yml: small letters, digits and _."
        )
    for file in files:
        if len(file.id) > MOST_ID_CHARACTERS:
            most = f"`{file.id}` is {len(file.id)} characters long, the most is {MOST_ID_CHARACTERS}"
            where = Location(shown(faq / f"{file.id}.yml"))
            yield Problem(where, f"{most}: its buttons would be missing in Telegram. Shorten the name.")
    wording = _collected(problems, lambda: Wording(read_as("wording", data / "language.yml").data))
    small_texts = [
        _collected(problems, lambda: read_phrases(faq)),
        _collected(problems, lambda: read_widget_words(faq)),
    ]
    documents = [document for document in (*(file.document for file in files), *small_texts) if document]
    for document in documents:
        yield from answers.lines_for_rasa(document)
    yield from _starters_without_answer(small_texts[1], files)
    for file in files:
        yield from file.problems
        if file.answer and file.document:
            yield from answers.problems(file.answer, file.document, files, wording)


def _problems_of_places(data: Path, files: list[AnswerFile]) -> list[Problem]:
    """Return what is wrong with the numbers by country, and with the languages, which name some of them."""
    problems: list[Problem] = []
    directory = _collected(problems, lambda: read_directory(data / "directory.yml"))
    countries, broken = directory or ({}, [])
    originals = SHIPPED if data == DATA else data  # An organisation's own phrases aren't what was translated.
    phrases = _collected([], lambda: read_phrases(originals / "faq"))
    widget = _collected([], lambda: read_widget_words(originals / "faq"))
    numbers = dialled(countries.values())
    return [*problems, *broken, *translations.problems(data / "languages", files, phrases, widget, numbers)]


def _starters_without_answer(widget: Document | None, files: list[AnswerFile]) -> Iterator[Problem]:
    ids = {file.id for file in files}
    if not widget:
        return
    for number, starter in enumerate(widget.data["starters"]):
        if starter["answer"].partition("#")[0] not in ids:
            message = f"leads to `{starter['answer']}`, which isn't there. Name another answer."
            yield widget.problem(("starters", number, "answer"), message)


def _warnings(files: list[AnswerFile], named: Document | None) -> Iterator[Problem]:
    drugs = [word for words in named.data["substance"].values() for word in words] if named else []
    claims = Claims(drugs)
    for file in files:
        if file.answer and file.document:
            yield from warnings(file.answer, file.document, claims)


def _problems_of_learning(
    data: Path, files: list[AnswerFile], named: Document | None, report: Report
) -> Iterator[Problem]:
    """Yield what is wrong with what the model learns from: example questions, names, and the rules for danger."""
    ids = {file.id for file in files}
    lines, broken = read_lines(data / "nlu")
    unfit = [*broken, *examples.unfit(lines)]
    texts = examples.texts(lines)
    report.examples = len(texts)
    yield from unfit
    if files and not broken:
        yield from list(examples.misplaced(texts, data / "nlu")) or examples.unmatched(texts, files, data)
    yield from examples.repeated(texts)
    if named:
        yield from names.problems(named, ids)
    yield from conversations.problems(data / "conversations", ids)
    if not unfit:  # The rules take the words of the examples for right: without them, they find other messages.
        yield from danger.problems(data)


def _collected(problems: list[Problem], read: Callable[[], _Read]) -> _Read | None:
    """Return what is read; if a file is broken, None, and what is wrong with it is added to the problems."""
    try:
        return read()
    except BrokenFile as broken:
        problems += broken.problems
        return None
