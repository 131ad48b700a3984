"""Which country a message names, and whether the person is there."""

from __future__ import annotations

import pytest

from bot.matching.places import Place, PlaceFinder
from bot.rasa.components.places import known_places


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    return PlaceFinder(known_places())


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("melbourne", "au"), ("uk", "gb"), ("UK btw", "gb"), ("im in germany", "de"), ("in ireland like", "ie"),
        ("I live in são paulo", "br"), ("Glasgow.", "gb"), ("its ohio", "us"), ("we're from the US", "us"),
        ("perth, in oz", "au"), ("turkey", "tr"), ("new zealand", "nz"), ("nsw", "au"), ("here in Kraków", "pl"), ("krakow", "pl"), ("montreal", "ca"),
    ],
)  # fmt: skip
def test_someone_says_where_they_are(finder, text, country):
    assert finder.find(text) == Place(country, is_home=True)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("and in italy?", "it"), ("is it legal in thailand", "th"), ("is there one in london", "gb"),
        ("how is it for polish people", "pl"), ("didnt portugal fail tho", "pt"), ("what about the netherlands", "nl"),
        ("can i get it tested in reading", "gb"), ("and in the us?", "us"),
    ],
)  # fmt: skip
def test_someone_asks_about_a_place(finder, text, country):
    found = finder.find(text)
    assert (found.country, found.is_home) == (country, False)


@pytest.mark.parametrize(
    ("text", "is_all"),
    [
        ("and in italy?", True), ("what about berlin", True), ("how about in the netherlands?", True),
        ("is it legal in thailand", False), ("and is it free in italy?", False), ("im in germany", False),
    ],
)  # fmt: skip
def test_someone_asks_for_a_place_alone(finder, text, is_all):
    assert finder.find(text).is_all is is_all


@pytest.mark.parametrize(
    "text",
    [
        "", "nice", "reading", "is it bad for us", "cold turkey", "i like reading books", "that was a nice surprise",
        "its mobile", "what is china white", "my friend jackson is sick", "should i go to the bath", "man", "hi", "no",
        "georgia keeps crying", "is it safe", "oh my", "orange", "split",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_places(finder, text):
    assert finder.find(text) is None
