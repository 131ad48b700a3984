"""Checks all content at once, for `bot check`: shape, meaning, words, and how answers and questions fit together."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.checking.wording import Wording
from bot.content import DATA, schema
from bot.content.answers import MORE, SECTION_GROUP, SECTIONS, UNREVIEWED, Answer
from bot.content.examples import plain_words, read_examples
from bot.content.library import PHRASES_FILE, answer_of
from bot.content.yaml_files import BrokenFile, Document, Place, Problem, read
from bot.danger.directory import read_directory

MOST_WORDS = 90
"""In an answer, its `more` and each of its sections: what a phone shows at once."""
MOST_WORDS_URGENT = 119
FEWEST_EXAMPLES = 25
RESERVED = ("nlu:", "responses:", "stories:", "rules:")
"""Rasa takes a YAML file below data/ with a line that starts so for training data
(rasa/shared/data.py is_nlu_file, is_responses_file …)."""
REVIEW_AFTER_DAYS = 365

_ANSWER_ID = re.compile(r"out_of_scope|[a-z][a-z0-9_]{1,39}/[a-z][a-z0-9_]{1,39}")
_LINK = re.compile(r"\[[^\]]*\]\(([^)]*)\)")
_ALLOWED_LINK = re.compile(r"https://\S+")
_MARKUP = re.compile(r"\*\*|__|`|<[a-z/!]|^#+ ", re.MULTILINE)


@dataclass
class Report:
    """What a check found."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answers: int = 0
    examples: int = 0


@dataclass(frozen=True)
class _File:
    answer: Answer
    document: Document


def check(data: Path = DATA) -> Report:
    """Check everything below `data`; all problems are collected, none stops the others from being found."""
    report = Report()
    wording = Wording.read(data / "language.yml", report.problems)
    files = dict(_answers(data / "faq", report.problems))
    # A file that can't be used still has its id: one mistake is reported once, not wherever the answer is named.
    ids = {_id(path, data / "faq") for path in (data / "faq").rglob("*.yml")}
    for file in files.values():
        report.problems += _meaning_problems(file, ids, files, wording)
    examples: dict[str, list[tuple[str, Problem]]] = defaultdict(list)
    for answer_id, texts in read_examples(data / "nlu", report.problems):
        examples[answer_id] += texts
    report.problems += _unmatched(data, files, ids, examples)
    report.problems += _repeated(examples)
    report.problems += _entity_problems(data / "entities.yml", ids)
    report.problems += _directory_problems(data / "directory.yml")
    report.answers = len(files)
    report.examples = sum(len(texts) for texts in examples.values())
    report.notes = list(_notes(file.answer for file in files.values()))
    report.problems.sort()
    return report


def _answers(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, _File]]:
    if not folder.is_dir():
        problems.append(Problem(str(folder), 1, "is missing. The answers live there."))
        return
    if not (folder / PHRASES_FILE).exists():
        problems.append(Problem(str(folder / PHRASES_FILE), 1, "is missing. Put the file back."))
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name.startswith(".") or path.name.endswith("~"):
            continue
        answer_id = _id(path, folder)
        try:
            document = read(path)
        except BrokenFile as broken:
            problems.append(broken.problem)
            continue
        problems += _reserved_lines(path, document)
        if path.name == PHRASES_FILE:
            problems += schema.phrase_problems(document)
        elif path.suffix != ".yml" or not _ANSWER_ID.fullmatch(answer_id):
            problems.append(
                document.problem((), "isn't named like an answer: group/name.yml, small letters, digits and _.")
            )
        else:
            found = schema.answer_problems(document)
            problems += found
            if not found:
                yield answer_id, _File(answer_of(answer_id, document), document)


def _id(path: Path, folder: Path) -> str:
    return path.relative_to(folder).with_suffix("").as_posix()


def _reserved_lines(path: Path, document: Document) -> Iterator[Problem]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip().startswith(RESERVED):
            word = line.strip().partition(":")[0]
            yield Problem(document.file, number, f"a line can't begin with `{word}:`; Rasa would read it. Reword it.")


def _meaning_problems(file: _File, ids: Iterable[str], files: dict[str, _File], wording: Wording) -> Iterator[Problem]:
    answer, document = file.answer, file.document
    answers = {answer_id: other.answer for answer_id, other in files.items()}
    if answer.group == "service" and not answer.sections:
        yield document.problem((), f"a service needs `sections:` with {', '.join(SECTIONS)}. Add them.")
    for place, text in _texts(answer):
        words = len(text.split())
        most = MOST_WORDS_URGENT if answer.group == "urgent" else MOST_WORDS
        if place[0] in ("answer", MORE, "sections") and words > most:
            yield document.problem(place, f"`{place[-1]}` has {words} words, the most is {most}. Move some to `more`.")
        for target in _LINK.findall(text):
            if not _ALLOWED_LINK.fullmatch(target):
                yield document.problem(place, f"the link {target!r} isn't an https address. Write it out in full.")
        if markup := _MARKUP.search(text):
            yield document.problem(
                place, f"{markup.group()!r} would be shown as it stands. Plain text, lists and links only."
            )
        for fault in wording.faults(text):
            yield document.problem(place, fault)
    for index, address in enumerate(answer.related):
        if address.answer_id not in ids:
            yield document.problem(("related", index), f"there is no answer `{address.answer_id}`. Check its spelling.")
        elif address.answer_id in answers and not answers[address.answer_id].part(address.part):
            yield document.problem(("related", index), f"`{address.answer_id}` has no `{address.part}`. Take it out.")
        if address.answer_id == answer.id and not address.part:
            yield document.problem(("related", index), "an answer can't lead to itself. Take the line out.")
    for part in (None, *answer.sections):
        if not answer.sources_of(part):
            where = f"section `{part}`" if part else "the answer itself"
            yield document.problem(("sources",), f"{where} has no source. Add one, or drop `sections` from one.")
    if answer.reviewed_on > datetime.date.today().isoformat():
        yield document.problem(
            ("reviewed_on",), f"`reviewed_on` is {answer.reviewed_on}, which is yet to come. Correct it."
        )


def _texts(answer: Answer) -> Iterator[tuple[Place, str]]:
    yield ("title",), answer.title
    yield ("short",), answer.short
    yield ("answer",), answer.text
    yield (MORE,), answer.more
    yield ("urgent_note",), answer.urgent_note
    for name, text in answer.sections.items():
        yield ("sections", name), text


def _unmatched(
    data: Path, files: dict[str, _File], ids: Iterable[str], examples: dict[str, list[tuple[str, Problem]]]
) -> Iterator[Problem]:
    for answer_id, file in files.items():
        if not file.answer.button_only and answer_id not in examples:
            yield file.document.problem((), f"has no example questions. Add `intent: {answer_id}` below {data}/nlu/.")
    for answer_id, texts in examples.items():
        place = texts[0][1] if texts else Problem(str(data / "nlu"), 1, "")
        group, _, name = answer_id.partition("/")
        if group == SECTION_GROUP and name in SECTIONS:
            continue
        if answer_id not in ids:
            message = (
                f"`{answer_id}` has example questions and no answer. Add {data}/faq/{answer_id}.yml, or rename it."
            )
            yield Problem(place.file, place.line, message)
        elif len(texts) < FEWEST_EXAMPLES:
            message = f"`{answer_id}` has {len(texts)} example questions, the fewest is {FEWEST_EXAMPLES}. Add some."
            yield Problem(place.file, place.line, message)


def _repeated(examples: dict[str, list[tuple[str, Problem]]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for answer_id, texts in examples.items():
        for text, place in texts:
            plain = plain_words(text)
            if plain in seen:
                message = f"{text!r} is already an example of `{seen[plain]}`. Keep it in one place."
                yield Problem(place.file, place.line, message)
            seen.setdefault(plain, answer_id)


def _entity_problems(path: Path, ids: Iterable[str]) -> Iterator[Problem]:
    try:
        document = read(path)
    except BrokenFile as broken:
        yield broken.problem
        return
    names: dict[str, str] = defaultdict(str)
    for kind in ("service", "substance"):
        meanings = document.data.get(kind) if isinstance(document.data, dict) else None
        if not isinstance(meanings, dict):
            yield document.problem((), f"needs `{kind}:` with a list of names for each. See docs/answers.md.")
            continue
        for value, words in meanings.items():
            place = (kind, value)
            if kind == "service" and value not in ids:
                yield document.problem(place, f"there is no answer `{value}`. Check its spelling.")
            if not isinstance(words, list):
                yield document.problem(place, f"`{value}` needs a list of names (lines that begin with '- ').")
                continue
            for index, word in enumerate(words):
                if names[word.lower()]:
                    yield document.problem(
                        (*place, index), f"{word!r} already means `{names[word.lower()]}`. Keep one."
                    )
                names[word.lower()] = value


def _directory_problems(path: Path) -> list[Problem]:
    try:
        return read_directory(path)[1]
    except BrokenFile as broken:
        return [broken.problem]


def _notes(answers: Iterable[Answer]) -> Iterator[str]:
    answers = list(answers)
    unreviewed = [answer for answer in answers if answer.reviewed_by == UNREVIEWED]
    if unreviewed:
        yield (
            f"{len(unreviewed)} of {len(answers)} answers were written from their sources and have not been reviewed "
            "by a professional yet."
        )
    oldest = (datetime.date.today() - datetime.timedelta(days=REVIEW_AFTER_DAYS)).isoformat()
    stale = [answer.id for answer in answers if answer.reviewed_on < oldest]
    if stale:
        yield f"Not checked for a year: {', '.join(stale)}."
