"""Other languages than English: data/languages/. Which there are, and which one is being spoken."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from bot.content import DATA
from bot.content.problems import BrokenFile
from bot.content.schema import read_as

LANGUAGES = DATA / "languages"
LANGUAGE_FILE = "language.yml"
ENGLISH = "en"
LANGUAGE_KEY = "language"
"""Under which name a conversation's language travels with its messages."""
ASKED_KEY = "asks_for_language"
"""The same for that a message only asks to be answered in that language."""

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@dataclass(frozen=True)
class Language:
    """A language that the assistant speaks, if only a little.

    Attributes:
        id: its code (ISO 639-1), which is its folder's name.
        name: what it is called by those who speak it.
        english: what it is called in English.
        asked_for: what someone types to be answered in it.
        right_to_left: whether it is written from right to left.
        alone: the ids of answers to what is said with nothing beside it, such as a greeting, by its plain words.
        countries: the codes of countries by their plain names, without accents.
    """

    id: str
    name: str
    english: str
    asked_for: tuple[str, ...] = ()
    right_to_left: bool = False
    alone: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)


def read_language(folder: Path) -> Language:
    """Read what a language's folder says of it.

    Raises:
        BrokenFile: the file can't be used.
    """
    data = read_as("language", folder / LANGUAGE_FILE).data
    return Language(
        folder.name,
        data["name"],
        data["english"],
        tuple(data["asked_for"]),
        data.get("right_to_left") == "true",
        {plain(words): answer_id for answer_id, said in data.get("alone", {}).items() for words in said},
        {unaccented(name): code for code, names in data.get("countries", {}).items() for name in names},
    )


@functools.cache
def languages() -> dict[str, Language]:
    """Return the languages in use by this process, by code, read once. A broken one is left out: bot check names it."""
    found = {}
    for folder in sorted(path for path in LANGUAGES.glob("*") if path.is_dir()):
        try:
            found[folder.name] = read_language(folder)
        except BrokenFile:
            continue
    return found


def spoken() -> str:
    """Return the code of the language that replies are being made in."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make replies in a language, in here only; other conversations that are answered meanwhile aren't touched."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def plain(text: str) -> str:
    """Return words in small letters, without punctuation. Vowel signs, as Hindi has them, are part of words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " " for letter in folded)
    return re.sub(r"\s+", " ", "".join(kept)).strip()


def unaccented(text: str) -> str:
    """Return plain words without accents, which few people type."""
    letters = unicodedata.normalize("NFKD", plain(text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
