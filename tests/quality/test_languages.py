"""Danger is recognised in other languages, and English stays English. A fourth of the messages; docs/safety.md has all."""

from __future__ import annotations

import pytest

from bot.danger.verdict import Level
from bot.languages.learning import DANGER_FILE, LANGUAGES, learned_file
from bot.languages.listening import Heard, Listener
from bot.matching.ordinary import Part, ordinary_messages
from tests.support import ROOT
from tests.support.copies import nearly_the_same

FOLDER = ROOT / "tests" / "languages"
FILES = {"seen": FOLDER / "danger.tsv", "blind": FOLDER / "blind_danger.tsv"}
EVERY = 4
LEAST_LANGUAGE, LEAST_FOUND, LEAST_NOTICED, MOST_FALSE = 0.94, 0.58, 0.8, 0.07
MOST_ENGLISH_MISTAKEN = 3
"""Of 1,000 messages of ordinary English chat: some are in Spanish."""


def lines(name: str) -> list[list[str]]:
    return [line.split("\t") for line in FILES[name].read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def listener(model) -> Listener:
    return Listener(learned_file())


@pytest.fixture(scope="module")
def heard(listener) -> dict[str, list[tuple[str, str, Heard]]]:
    return {
        name: [(language, label, listener.hear(text)) for language, label, text in lines(name)[::EVERY]]
        for name in FILES
    }


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.parametrize("name", FILES)
def test_the_language_is_known(heard, name):
    assert share([language == one.language for language, _, one in heard[name]]) >= LEAST_LANGUAGE


@pytest.mark.parametrize("name", FILES)
def test_danger_gets_a_card(heard, name):
    found = [
        one.danger is not None and one.danger.level is Level.URGENT for _, label, one in heard[name] if label != "no"
    ]
    assert share(found) >= LEAST_FOUND


@pytest.mark.parametrize("name", FILES)
def test_danger_is_at_least_asked_about(heard, name):
    assert share([one.danger is not None for _, label, one in heard[name] if label != "no"]) >= LEAST_NOTICED


@pytest.mark.parametrize("name", FILES)
def test_what_is_harmless_gets_no_card(heard, name):
    found = [
        one.danger is not None and one.danger.level is Level.URGENT for _, label, one in heard[name] if label == "no"
    ]
    assert share(found) <= MOST_FALSE


def test_no_message_is_also_learned_from():
    learned = [
        line.strip().removeprefix("- ").strip("'\"")
        for file in sorted(LANGUAGES.glob(f"*/{DANGER_FILE}"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert sum(len(nearly_the_same([text for *_, text in lines(name)], learned)) for name in FILES) == 0


def test_english_chat_stays_english(listener):
    chat = [text for text in ordinary_messages(Part.TEST) if len(text.split()) > 1][:1000]
    assert sum(listener.hear(text) != Heard() for text in chat) <= MOST_ENGLISH_MISTAKEN
