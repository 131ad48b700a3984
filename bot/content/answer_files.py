"""The one reader of data/faq/: which files are answers, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import DATA
from bot.content.answers import FOLLOW_UPS, Address, Answer, FollowUp, Source
from bot.content.problems import BrokenFile, Problem
from bot.content.schema import read_as
from bot.content.yaml_files import Document, yaml_below

ANSWERS = DATA / "faq"
PHRASES_FILE = "phrases.yml"
WIDGET_FILE = "widget.yml"

_ID = re.compile(r"out_of_scope|[a-z][a-z0-9_]{1,39}/[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True)
class AnswerFile:
    """An answer's file: the answer and the document that it was made of, or what is wrong with the file."""

    id: str
    answer: Answer | None = None
    document: Document | None = None
    problems: tuple[Problem, ...] = ()


def read_answers(folder: Path = ANSWERS) -> Iterator[AnswerFile]:
    """Yield all files that are named like an answer, whether they can be used or not."""
    for path in yaml_below(folder):
        answer_id = path.relative_to(folder).with_suffix("").as_posix()
        if not _ID.fullmatch(answer_id):
            continue
        try:
            document = read_as("answer", path)
        except BrokenFile as broken:
            yield AnswerFile(answer_id, problems=tuple(broken.problems))
        else:
            yield AnswerFile(answer_id, _answer(answer_id, document.data), document)


def read_phrases(folder: Path = ANSWERS) -> Document:
    """Read the small texts around answers.

    Raises:
        BrokenFile: the file can't be used.
    """
    return read_as("phrases", folder / PHRASES_FILE)


def read_widget_words(folder: Path = ANSWERS) -> Document:
    """Read what the chat on a web page says itself: its words, its starters and the front page.

    Raises:
        BrokenFile: the file can't be used.
    """
    return read_as("widget", folder / WIDGET_FILE)


def misnamed_files(folder: Path = ANSWERS) -> Iterator[Path]:
    """Yield the files that are no answer and hold no small texts, but for what editors leave behind."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        relative = path.relative_to(folder)
        named = path.suffix == ".yml" and _ID.fullmatch(relative.with_suffix("").as_posix())
        known = named or relative in (Path(PHRASES_FILE), Path(WIDGET_FILE))
        if not known and not path.name.startswith(".") and path.name[-1] != "~":
            yield path


def _answer(answer_id: str, data: dict[str, Any]) -> Answer:
    return Answer(
        id=answer_id,
        title=data["title"],
        short=data.get("short", ""),
        text=data["answer"],
        more=data.get("more", ""),
        follow_ups=tuple(FollowUp(one["question"], one["answer"]) for one in data.get(FOLLOW_UPS, [])),
        sections=data.get("sections", {}),
        urgent_note=data.get("urgent_note", ""),
        button_only="button_only" in data,
        related=tuple(Address.parse(text) for text in data.get("related", [])),
        sources=tuple(
            Source(source["title"], source["url"], tuple(source.get("sections", ()))) for source in data["sources"]
        ),
        reviewed_on=data["reviewed_on"],
        reviewed_by=data["reviewed_by"],
    )
