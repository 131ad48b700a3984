"""Finds services and substances by name, slang and misspellings (data/entities.yml), with spaCy. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import spacy
from spacy.pipeline import EntityRuler

from bot.matching.typos import NAMES, misspellings

SERVICE, SUBSTANCE = "service", "substance"


@dataclass(frozen=True)
class Name:
    """A name that was found: its kind (service or substance), what it means, and where it stands."""

    kind: str
    value: str
    start: int
    end: int


class NameFinder:
    """Finds names in texts.

    Args:
        names: for each kind the meanings, for each meaning its names.
    """

    def __init__(self, names: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._spacy = spacy.blank("en")
        ruler = self._spacy.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
        assert isinstance(ruler, EntityRuler)
        spellings: dict[str, tuple[str, str]] = {}
        for kind, value, name in _each(names):
            spellings[name] = (kind, value)
        for kind, value, name in _each(names):
            if NAMES.for_word(name) and " " not in name:
                for misspelling in misspellings(name):
                    spellings.setdefault(misspelling, (kind, value))
        ruler.add_patterns(
            [{"label": kind, "id": value, "pattern": spelling} for spelling, (kind, value) in spellings.items()]
        )

    def find(self, text: str) -> list[Name]:
        """Return the names in a text, in their order; of two that overlap, the longer."""
        # Outside of a memory zone, spaCy keeps every word that it ever read (spacy/strings.pyx StringStore).
        with self._spacy.memory_zone():
            ents = self._spacy(text).ents
            return [Name(found.label_, found.ent_id_, found.start_char, found.end_char) for found in ents]


def without_services(text: str, names: Sequence[Name]) -> str:
    """Return the text with `it` for each name of a service: what is asked, whatever it is asked about."""
    for name in reversed(names):
        if name.kind == SERVICE:
            text = f"{text[: name.start]}it{text[name.end :]}"
    return text


def names_in(names: Mapping[str, Mapping[str, Sequence[str]]]) -> list[str]:
    """Return all names, of whatever kind and meaning."""
    return [name for _, _, name in _each(names)]


def _each(names: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, str, str]]:
    for kind, meanings in names.items():
        for value, words in meanings.items():
            for word in words:
                yield kind, value, word.lower()
