"""Other languages: danger is recognised (a fourth of the messages; docs/safety.md has all), questions find their answers."""

from __future__ import annotations

import random
from string import ascii_lowercase

import pytest

from benchmarks.languages import SHARES, Result, asked, results
from bot.danger.verdict import Level
from bot.languages.learning import DANGER_FILE, LANGUAGES, learned_file
from bot.languages.listening import Heard, Listener
from bot.languages.topic_examples import examples
from bot.matching.ordinary import Part, ordinary_messages
from tests.support import ROOT
from tests.support.copies import nearly_the_same

FOLDER = ROOT / "tests" / "languages"
FILES = {"seen": FOLDER / "danger.tsv", "blind": FOLDER / "blind_danger.tsv"}
EVERY = 4
LEAST_LANGUAGE, LEAST_FOUND, LEAST_NOTICED, MOST_FALSE = 0.94, 0.66, 0.88, 0.07
MOST_ENGLISH_MISTAKEN = 3
"""Of 1,000 messages of ordinary English chat: some are in Spanish."""
MOST_AT_RANDOM = 0.06


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


def test_what_is_typed_at_random_is_in_no_language(listener):
    chance = random.Random(1)
    mashed = [" ".join("".join(chance.choices(ascii_lowercase, k=6)) for _ in range(3)) for _ in range(200)]
    assert sum(listener.hear(text) != Heard() for text in mashed) <= MOST_AT_RANDOM * len(mashed)


QUESTIONS = {"seen": FOLDER / "questions.tsv", "blind": FOLDER / "blind_questions.tsv"}
LEAST_FIRST, LEAST_AMONG_THREE, MOST_WRONG = 0.68, 0.82, 0.15
MOST_SMALL_TALK_ANSWERED = 0.05


@pytest.fixture(scope="module")
def matched(model) -> dict[str, list[Result]]:
    asked_in = {name: asked(file) for name, file in QUESTIONS.items() if file.exists()}
    return {name: [one for of_it in results(found).values() for one in of_it] for name, found in asked_in.items()}


@pytest.mark.parametrize("name", [name for name, file in QUESTIONS.items() if file.exists()])
@pytest.mark.parametrize(
    ("what", "least", "most"), [("top 1", LEAST_FIRST, 1), ("top 3", LEAST_AMONG_THREE, 1), ("wrong", 0, MOST_WRONG)]
)
def test_questions_find_their_answers(matched, name, what, least, most):
    assert least <= share([one.shares()[SHARES.index(what)] for one in matched[name]]) <= most


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "gracias"),
        ("ru", "спасибо большое"),
        ("fr", "merci beaucoup"),
        ("tr", "teşekkür ederim"),
        ("hi", "धन्यवाद"),
        ("ar", "شكرا"),
    ],
)
def test_thanks_are_thanks_in_any_language(language, text, listener):
    assert listener.hear(text, before=language).answers == ("chat/thanks",)


def test_small_talk_gets_no_answer(listener):
    said = [line.split("\t") for line in (FOLDER / "small_talk.tsv").read_text(encoding="utf-8").splitlines()]
    answered = [len(listener.hear(text, before=language).answers) == 1 for language, text in said]
    assert share(answered) <= MOST_SMALL_TALK_ANSWERED


def test_no_question_is_also_learned_from():
    learned = [one.text for one in examples() if one.language != "en"]
    assert (
        sum(
            len(nearly_the_same([text for *_, text in asked(file)], learned))
            for file in QUESTIONS.values()
            if file.exists()
        )
        == 0
    )
