"""Which country a message names: by a country's names, its people, its regions or its large cities. Knows no Rasa."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.matching.spelling import normalise

_IN = re.compile(r"\b(in|from|near|around|at|to|outside|across|of)( the)?$")
_AT_HOME = re.compile(
    r"\b(i'?m|i am|we'?re|we are|i live|we live|living|based|stuck|stay|here)( \w+)? (in|from|near|around|at)( the)?$"
)
_FILLER = re.compile(
    r"^(in|the|im|i'm|i|am|from|live|we|we're|near|around|here|btw|like|its|it's|ok|okay|um|uh|so|sorry|oh|yes|a|city|"
    r"please|pls|at|moment|now|currently|my|country|is|me)$"
)
_ASKING = re.compile(r"^(and|but|then|what|how|about|for|there)$")
_ABOUT = re.compile(r"^(and|what about|how about|but)\b|\?\s*$")
_MOST_WORDS_OF_A_NAME = 4


@dataclass(frozen=True)
class Place:
    """A country that a message names.

    Attributes:
        country: its id (ISO 3166, two small letters).
        is_home: whether the message says that the person is there.
        is_all: whether the message asks for the place and says nothing else: "and in Italy?"
    """

    country: str
    is_home: bool
    is_all: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """Names of places, each with its country's id.

    Attributes:
        anywhere: names that mean a place wherever they stand.
        alone: names that do after "in" and the like, or as a whole message: cities, "turkey".
        after_in: names that do only after "in" and the like: "reading", "nice".
    """

    anywhere: Mapping[str, str]
    alone: Mapping[str, str]
    after_in: Mapping[str, str]

    @classmethod
    def of(
        cls,
        countries: Mapping[str, Sequence[str]],
        cities: Sequence[tuple[str, str]],
        doubtful: Sequence[str],
        words: Sequence[str],
    ) -> Gazetteer:
        """Sort names by how far they can be believed.

        Args:
            countries: for each country's id its names; of two with the same name, the first has it.
            cities: names of cities and their countries' ids, the largest first.
            doubtful: names of countries that often mean something else.
            words: names that usually mean something else.
        """
        found: tuple[dict[str, str], dict[str, str], dict[str, str]] = {}, {}, {}
        anywhere, alone, after_in = found
        unsure, ordinary = set(map(_plain, doubtful)), set(map(_plain, words))
        for country, names in countries.items():
            for name in map(_plain, names):
                (after_in if name in ordinary else alone if name in unsure else anywhere).setdefault(name, country)
        for name, country in ((_plain(name), country) for name, country in cities):
            if name not in anywhere:
                (after_in if name in ordinary else alone).setdefault(name, country)
        return cls(*found)


class PlaceFinder:
    """Finds countries in messages."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find(self, text: str) -> Place | None:
        """Return the first place that a message names."""
        words = _plain(text).split()
        for start, end in _windows(len(words)):
            name, before = " ".join(words[start:end]), " ".join(words[:start])
            others = [word for word in (*words[:start], *words[end:]) if not self._is_name(word)]
            alone = all(_FILLER.match(word) or _ASKING.match(word) for word in others)
            after_in = bool(_IN.search(before))
            country = (
                self._gazetteer.anywhere.get(name)
                or ((alone or after_in) and self._gazetteer.alone.get(name))
                or (after_in and self._gazetteer.after_in.get(name))
            )
            if country:
                asks = bool(_ABOUT.search(text.lower()))
                return Place(country, bool((alone and not asks) or _AT_HOME.search(before)), alone and asks)
        return None

    def _is_name(self, word: str) -> bool:
        return word in self._gazetteer.anywhere or word in self._gazetteer.alone


def _plain(text: str) -> str:
    """Return a text as it is compared: without accents, since few people type them."""
    letters = unicodedata.normalize("NFKD", normalise(text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _windows(count: int) -> Iterator[tuple[int, int]]:
    """Yield where names may begin and end, the longest first at each place."""
    for start in range(count):
        for end in range(min(count, start + _MOST_WORDS_OF_A_NAME), start, -1):
            yield start, end
