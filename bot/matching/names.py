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
        self._misspelt: dict[str, tuple[str, str]] = {}
        spellings = {name: (kind, value) for kind, value, name in _each(names)}
        for kind, value, name in _each(names):
            if NAMES.for_word(name) and " " not in name:
                for misspelling in misspellings(name):
                    known = self._misspelt if self._is_one_token(misspelling) else spellings
                    if misspelling not in spellings:
                        known.setdefault(misspelling, (kind, value))
        ruler = self._spacy.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
        assert isinstance(ruler, EntityRuler)
        ruler.add_patterns(
            [{"label": kind, "id": value, "pattern": spelling} for spelling, (kind, value) in spellings.items()]
        )

    def find(self, text: str) -> list[Name]:
        """Return the names in a text, in their order; of two that overlap, the longer."""
        # Outside of a memory zone, spaCy keeps every word that it ever read (spacy/strings.pyx StringStore).
        with self._spacy.memory_zone():
            document = self._spacy(text)
            found = [Name(name.label_, name.ent_id_, name.start_char, name.end_char) for name in document.ents]
            found += [
                Name(*self._misspelt[token.lower_], token.idx, token.idx + len(token))
                for token in document
                if token.lower_ in self._misspelt and not token.ent_type
            ]
        return sorted(found, key=lambda name: name.start)

    def _is_one_token(self, word: str) -> bool:
        """Tell whether spaCy surely doesn't divide a word. Such ones are looked up: its ruler takes a second."""
        return word.isascii() and word.isalpha() and word not in self._spacy.tokenizer.rules


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
