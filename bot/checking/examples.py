"""What can be wrong with example questions, and with how answers and questions fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.content.answer_files import AnswerFile
from bot.content.answers import EXAMPLE_TO_WRITE, SECTION_GROUP, SECTIONS
from bot.content.examples import DASH, Line, plain_words
from bot.content.own import MARK, is_own
from bot.content.problems import Location, Problem
from bot.content.yaml_files import shown

FEWEST_EXAMPLES = 25
FEWEST_EXAMPLES_OF_OWN = 10
"""For an organisation's own answers: docs/matching.md has what that costs."""


def unfit(lines: Iterable[Line]) -> Iterator[Problem]:
    """Yield the lines that aren't entries of a list, or have no words."""
    for line in lines:
        if line.text.strip() == DASH.strip():
            yield Problem(line.location, "this example question is empty. Write it, or delete the line.")
        elif not line.text.startswith(DASH):
            yield Problem(line.location, f"an example question begins with '{DASH}'. Add it.")
        elif line.text == f"{DASH}{EXAMPLE_TO_WRITE}":
            yield Problem(line.location, "this example question is still to write. Write some, and delete this line.")


def texts(lines: Iterable[Line]) -> list[Line]:
    """Return the example questions without their dashes."""
    return [line._replace(text=line.text.removeprefix(DASH).strip()) for line in lines if line.text.startswith(DASH)]


def unmatched(questions: Sequence[Line], files: Iterable[AnswerFile], data: Path) -> Iterator[Problem]:
    """Yield the answers without example questions, and the questions without answers; few are too few."""
    first: dict[str, Line] = {}
    counts = Counter(line.answer_id for line in questions)
    for line in questions:
        first.setdefault(line.answer_id, line)
    ids = {file.id for file in files}
    for file in files:
        if file.answer and file.document and not file.answer.button_only and file.id not in counts:
            message = f"the answer has no example questions. Write {shown(data / 'nlu' / file.id)}.yml."
            yield file.document.problem((), message)
    own = {file.id for file in files if is_own(str(data / "faq" / f"{file.id}.yml"))}
    ids |= {f"{SECTION_GROUP}/{section}" for section in SECTIONS}
    for answer_id, count in counts.items():
        where = first[answer_id].location
        if answer_id not in ids:
            message = (
                f"`{answer_id}` has example questions and no answer. Add {data}/faq/{answer_id}.yml, or rename it."
            )
            yield Problem(where, message)
        elif count < (fewest := FEWEST_EXAMPLES_OF_OWN if answer_id in own else FEWEST_EXAMPLES):
            questions_there = "1 example question" if count == 1 else f"{count} example questions"
            message = f"`{answer_id}` has {questions_there}, the fewest is {fewest}. Add some."
            yield Problem(where, message)


def misplaced(questions: Iterable[Line], folder: Path) -> Iterator[Problem]:
    """Yield the ids that aren't the path of the file they stand in."""
    first = {(line.location.file, line.answer_id): line for line in reversed(list(questions))}
    for (file, answer_id), line in first.items():
        home = shown(folder / f"{answer_id}.yml")
        if file not in (home, shown(folder / f"{answer_id}{MARK}.yml")):
            message = f"`intent: {answer_id}` belongs in {home}. Correct the id, or move the block there."
            yield Problem(line.location, message)


def unanswered(questions: Path, files: Iterable[AnswerFile]) -> Iterator[Problem]:
    """Yield the files of test questions without an answer; those in no folder are for several answers."""
    ids = {file.id for file in files}
    for path in sorted(questions.glob("*/**/*.tsv")):
        answer_id = path.relative_to(questions).with_suffix("").as_posix().removesuffix(MARK)
        if answer_id not in ids:
            yield Problem(Location(shown(path)), f"there is no answer `{answer_id}`. Rename the file, or delete it.")


def repeated(questions: Iterable[Line]) -> Iterator[Problem]:
    """Yield the questions that stand in two places, whatever their capital letters and punctuation."""
    seen: dict[str, str] = {}
    for line in questions:
        plain = plain_words(line.text)
        if plain in seen:
            message = f"{line.text!r} is already an example of `{seen[plain]}`. Keep it in one place."
            yield Problem(line.location, message)
        seen.setdefault(plain, line.answer_id)
