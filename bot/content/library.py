"""The answers in use: read from their files, and read anew when staff save one."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.content import DATA, schema
from bot.content.answers import MORE, Address, Answer, Source
from bot.content.yaml_files import BrokenFile, Document, Problem, read

PHRASES_FILE = "phrases.yml"

logger = logging.getLogger(__name__)


class Library:
    """All answers and phrases. A file that breaks keeps its last good version in use."""

    def __init__(self, folder: Path = DATA / "faq") -> None:
        self.folder = folder
        self.phrases: dict[str, str] = {}
        self._answers: dict[str, Answer] = {}
        self.problems: list[Problem] = self.reload()

    def __getitem__(self, answer_id: str) -> Answer:
        return self._answers[answer_id]

    def __contains__(self, answer_id: object) -> bool:
        return answer_id in self._answers

    def __iter__(self) -> Iterator[Answer]:
        return iter(self._answers.values())

    def __len__(self) -> int:
        return len(self._answers)

    def has(self, address: Address) -> bool:
        """Tell whether there is such an answer, and such a part of it."""
        return address.answer_id in self and bool(self[address.answer_id].part(address.part))

    def title(self, address: Address) -> str:
        """Return what a button to `address` says."""
        title = self[address.answer_id].title
        if address.part is None:
            return title
        part = self.phrases["more" if address.part == MORE else f"section_{address.part}"]
        return f"{title}: {part.lower()}"

    def reload(self) -> list[Problem]:
        """Read all files anew; return what is wrong with those that can't be used.

        The new answers come into use at once, all together.
        """
        problems: list[Problem] = []
        answers: dict[str, Answer] = {}
        phrases: dict[str, str] = {}
        for path in sorted(self.folder.rglob("*.yml")):
            answer_id = path.relative_to(self.folder).with_suffix("").as_posix()
            try:
                document = read(path)
            except BrokenFile as broken:
                problems.append(broken.problem)
                document = None
            if path.name == PHRASES_FILE:
                found = schema.phrase_problems(document) if document else []
                phrases = self.phrases if found or not document else document.data
            else:
                found = schema.answer_problems(document) if document else []
                if found or not document:
                    if answer_id in self._answers:
                        answers[answer_id] = self._answers[answer_id]
                else:
                    answers[answer_id] = answer_of(answer_id, document)
            problems += found
        for missing in self._answers.keys() - answers.keys():
            problems.append(Problem(f"{self.folder}/{missing}.yml", 1, "is gone; its last version stays in use."))
            answers[missing] = self._answers[missing]
        if not phrases:
            phrases = self.phrases
            if not any(PHRASES_FILE in problem.file for problem in problems):
                problems.append(Problem(str(self.folder / PHRASES_FILE), 1, "is missing. Put the file back."))
        self._answers, self.phrases = answers, phrases
        return problems

    def watch(self) -> None:
        """Read the files anew whenever one is saved, from a thread of its own, and log what is broken."""
        threading.Thread(target=self._watch, name="answers", daemon=True).start()

    def _watch(self) -> None:
        from watchfiles import watch

        for _ in watch(self.folder, debounce=100, step=50, rust_timeout=1000, yield_on_timeout=False):
            try:
                before, self.problems = self.problems, self.reload()
            except Exception as failure:  # noqa: BLE001  Whatever a file holds, the next edit must be seen again.
                logger.error(
                    "The answers could not be read anew (%s); the last good ones stay.", type(failure).__name__
                )
                continue
            for problem in self.problems:
                logger.error("%s The last good version stays in use.", problem)
            if before and not self.problems:
                logger.warning("All answers are in order again.")


@functools.cache
def library() -> Library:
    """Return the answers in use by this process: read once, and kept fresh from then on."""
    answers = Library()
    answers.watch()
    return answers


def answer_of(answer_id: str, document: Document) -> Answer:
    """Make an answer of a file that the schema finds no fault with."""
    data: dict[str, Any] = document.data
    return Answer(
        id=answer_id,
        title=data["title"],
        short=data.get("short", ""),
        text=data["answer"],
        more=data.get("more", ""),
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
