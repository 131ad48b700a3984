"""What is heard in a message before Rasa is asked: its language; if that isn't English, danger, and what it asks for.

English has its own ways (bot/danger, bot/matching). Nothing here is read before the first message that may not be
English, and the large model not before the first that surely isn't.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from bot.content.answers import SECTION_GROUP, SECTIONS, Address
from bot.content.languages import ENGLISH, languages, plain, unaccented
from bot.danger.verdict import Level, Verdict
from bot.languages.danger import DangerAbroad
from bot.languages.e5 import E5
from bot.languages.hints import Hints, hints_of
from bot.languages.identify import OTHER, Identifier
from bot.languages.topics import TopicsAbroad
from bot.languages.weights import WeightsUnavailable

MOST_CHARACTERS = 1000
"""How much of a message is read."""
MOST_WORDS_OF_A_FOLLOW_UP = 6
"""How long a message may be that goes on with what was spoken of, and doesn't name it."""
_MOST_WORDS_OF_A_NAME = 3
_NO_DANGER = tuple(f"{SECTION_GROUP}/{name}" for name in SECTIONS if name != "how")
"""What nobody in danger asks for in a few words; "what do I do" may be from someone who is."""

logger = logging.getLogger(__name__)
_Learned = TypeVar("_Learned")


@dataclass(frozen=True)
class Heard:
    """What was heard in a message.

    Attributes:
        language: the code of the language to answer in.
        danger: that someone may be in danger; never for English, which DangerGuard reads.
        asks_for_language: whether the message only asks to be answered in that language.
        answers: the ids of the answers that it may ask for; a single one is to be given, several are to be offered.
        near: the ids of answers that it may ask for instead of one that is given.
        country: the code of the country that it names.
        names_only: whether it names the country and says nothing else.
    """

    language: str = ENGLISH
    danger: Verdict | None = None
    asks_for_language: bool = False
    answers: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    country: str | None = None
    names_only: bool = False

    @property
    def urgent(self) -> Address | None:
        """The urgent answer that the message needs, if someone is in danger for sure."""
        return Address(self.danger.card) if self.danger and self.danger.level is Level.URGENT else None


class Listener:
    """Hears languages and danger.

    Args:
        learned: what was learned (bot.languages.learning), as a file or what opens it; without it, everything is taken
            for English.
    """

    def __init__(self, learned: Path | Callable[[], BinaryIO] | None) -> None:
        self._learned = None if isinstance(learned, Path) and not learned.exists() else learned
        self._asked_for = {
            plain(words): one.id for one in languages().values() for words in (*one.asked_for, one.name, one.english)
        }
        self._loading = threading.Lock()
        self._asked_for |= {"english": ENGLISH, "in english": ENGLISH, "english please": ENGLISH}

    def hear(self, text: str, before: str = ENGLISH, is_first: bool = False) -> Heard:
        """Return what is heard in a message.

        Args:
            text: the message.
            before: the language that the conversation was in, or that the door is in.
            is_first: whether the conversation begins with it.
        """
        if asked_for := self._asked_for.get(plain(text)):
            return Heard(asked_for, asks_for_language=True)
        if alone := self._alone(plain(text), before, is_first):
            return alone
        if not self._learned or not text.strip():
            return Heard(before if before in languages() else ENGLISH)
        text = text[:MOST_CHARACTERS]
        with self._loading:  # Messages are heard in several threads.
            identifier = self._identifier
        language = identifier.language_of(text, before)
        if language == OTHER or language not in languages():
            return Heard()
        return self._meant(text, language)

    def _alone(self, words: str, before: str, is_first: bool) -> Heard | None:
        """Return what is heard in a greeting or thanks with nothing beside it.

        Such a word begins a conversation in its language, and doesn't change the language of one: "gracias" is said
        in English too.
        """
        spoken = {one.id: one.alone[words] for one in languages().values() if words in one.alone}
        language = before if before in spoken or not is_first else next(iter(spoken), before)
        return Heard(language, answers=(spoken[language],)) if language in spoken else None

    def hints(self, language: str) -> dict[str, Hints]:
        """Return the words by which a page in a language recognises danger without a network, if any are known."""
        return self._read(hints_of).get(language, {}) if self._learned else {}

    def _meant(self, text: str, language: str) -> Heard:
        try:
            with self._loading:
                danger, encoder = self._danger, self._encoder
            vector = encoder.encode(text)
            verdict = danger.verdict(text, vector, language)
        except (WeightsUnavailable, OSError) as failure:
            logger.error("Danger can't be recognised in other languages (%s).", type(failure).__name__)
            return Heard(language)
        if verdict and verdict.level is Level.URGENT:
            return Heard(language, verdict)
        try:
            with self._loading:
                topics = self._topics
            may_go_on = len(text.split()) <= MOST_WORDS_OF_A_FOLLOW_UP
            asked = topics.asked(vector, language, verdict is not None, may_go_on)
            if verdict and asked.answers and asked.answers[0] in _NO_DANGER and len(asked.answers) == 1:
                verdict = None
            country, names_only = country_in(text, language)
            return Heard(language, verdict, False, asked.answers, asked.near, country, names_only)
        except Exception as failure:  # noqa: BLE001  Whatever fails here, danger has been heard.
            logger.error("Questions can't be matched in other languages (%s).", type(failure).__name__)
            return Heard(language, verdict)

    @functools.cached_property
    def _identifier(self) -> Identifier:
        return self._read(Identifier.of)

    @functools.cached_property
    def _danger(self) -> DangerAbroad:
        return self._read(DangerAbroad.of)

    @functools.cached_property
    def _topics(self) -> TopicsAbroad:
        return self._read(TopicsAbroad.of)

    def _read(self, of: Callable[[Mapping[str, Any]], _Learned]) -> _Learned:
        assert self._learned is not None
        opened = self._learned if isinstance(self._learned, Path) else self._learned()
        with np.load(opened) as arrays:
            return of(arrays)

    @functools.cached_property
    def _encoder(self) -> E5:
        return self._read(E5.of)


def country_in(text: str, language: str) -> tuple[str | None, bool]:
    """Return the code of the first country that a message names, and whether it says nothing else."""
    names, words = languages()[language].countries, unaccented(text).split()
    for start in range(len(words)):
        for end in range(min(len(words), start + _MOST_WORDS_OF_A_NAME), start, -1):
            if country := names.get(" ".join(words[start:end])):
                return country, end - start == len(words) and "?" not in text
    return None, False
