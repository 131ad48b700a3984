"""The answers in use: read from their files, and read again when staff save one."""

from __future__ import annotations

import copy
import functools
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from bot.content.answer_files import ANSWERS, read_answers, read_phrases
from bot.content.answers import MORE, Address, Answer
from bot.content.languages import ENGLISH, LANGUAGES, spoken
from bot.content.own import changes, hidden_ids
from bot.content.problems import BrokenFile, Location, Problem
from bot.content.translations import read_translated_phrases, read_translations
from bot.content.yaml_files import shown

logger = logging.getLogger(__name__)


class Library:
    """All answers and phrases. A file that breaks keeps its last good version in use.

    Args:
        folder: where the answers are.
        translations: where their translations are; a folder for each language.
    """

    def __init__(self, folder: Path = ANSWERS, translations: Path = LANGUAGES) -> None:
        self.folder = folder
        self.phrases: dict[str, str] = {}
        self._answers: dict[str, Answer] = {}
        self._watched = False
        self._translations = translations
        self._translated: frozenset[str] | None = None
        self._own_phrases: frozenset[str] | None = None
        self._by_language: dict[str, Library] = {}
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

    def nearest(self, address: Address) -> Address:
        """Return the part that answers a question for `address` best, if the answer hasn't got that part.

        Raises:
            KeyError: there is no such answer.
        """
        return Address(address.answer_id, self[address.answer_id].nearest(address.part))

    def title(self, address: Address) -> str:
        """Return what a button to `address` says."""
        title = self[address.answer_id].title
        if address.part is None:
            return title
        part = self.phrases["more" if address.part == MORE else f"section_{address.part}"]
        return f"{title}: {part.lower()}"

    def in_language(self, language: str) -> Library:
        """Return the same in a language, read when it is first spoken. What isn't translated is in English."""
        if language == ENGLISH:
            return self
        if language not in self._by_language:
            self._by_language[language] = self._spoken_in(self._translations / language)
        return self._by_language[language]

    def speaks_of(self, answer_id: str) -> bool:
        """Tell whether an answer is there in this language."""
        return answer_id in (self._answers if self._translated is None else self._translated)

    def says(self, phrase: str) -> bool:
        """Tell whether a phrase is there in this language."""
        return self._own_phrases is None or phrase in self._own_phrases

    def _spoken_in(self, folder: Path) -> Library:
        translated = {
            one.id: one.of(self[one.id]) for one in read_translations(folder) if one.document and one.id in self
        }
        try:
            phrases = read_translated_phrases(folder).data["phrases"]
        except BrokenFile:
            phrases = {}
        there = copy.copy(self)
        there.phrases, there._answers = {**self.phrases, **phrases}, {**self._answers, **translated}
        there._translated, there._own_phrases = frozenset(translated), frozenset(phrases)
        return there

    def reload(self) -> list[Problem]:
        """Read all files again; return what is wrong with those that can't be used.

        The new answers come into use at once, all together.
        """
        problems: list[Problem] = []
        answers: dict[str, Answer] = {}
        for file in read_answers(self.folder):
            problems += file.problems
            answer = file.answer or self._answers.get(file.id)
            if answer:
                answers[file.id] = answer
        for gone in self._answers.keys() - answers.keys() - set(hidden_ids()):
            where = Location(shown(self.folder / f"{gone}.yml"))
            problems.append(Problem(where, "the file is gone. Its last version stays in use."))
            answers[gone] = self._answers[gone]
        phrases = self.phrases
        try:
            phrases = read_phrases(self.folder).data
        except BrokenFile as broken:
            problems += broken.problems
        self._answers, self.phrases, self._by_language = answers, phrases, {}
        return problems

    def watch(self) -> None:
        """Read the files again whenever one is saved, from a thread, and log what is broken. Once is enough."""
        if not self._watched:
            self._watched = True
            threading.Thread(target=self._watch, name="answers", daemon=True).start()

    def _watch(self) -> None:
        for _ in changes(*(folder for folder in (self.folder, self._translations) if folder.exists())):
            try:
                before, self.problems = self.problems, self.reload()
            except Exception as failure:  # noqa: BLE001  Whatever a file holds, the next edit must be seen again.
                logger.error(
                    "The answers could not be read again (%s); the last good ones stay.", type(failure).__name__
                )
                continue
            for problem in self.problems:
                logger.error("%s The last good version stays in use.", problem)
            if before and not self.problems:
                logger.warning("All answers are in order again.")


def library() -> Library:
    """Return the answers in use by this process, in the language that is being spoken.

    They are read once. A server also calls `watch`, to keep up with edits.
    """
    return _in_english().in_language(spoken())


@functools.cache
def _in_english() -> Library:
    return Library()
