"""Other languages, with made-up vectors and files in place of what was learned."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bot.checking.translations import problems
from bot.content import DATA
from bot.content.answer_files import read_answers, read_phrases, read_widget_words
from bot.content.answers import Address
from bot.content.composing import offer
from bot.content.languages import languages, speaking
from bot.content.library import Library, library
from bot.content.translations import read_translated_phrases
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Said
from bot.danger.cards import CRISIS, OVERDOSE
from bot.danger.directory import dialled, directory
from bot.danger.urgent import urgent_reply
from bot.danger.verdict import Level, Verdict
from bot.languages.danger import DangerAbroad
from bot.languages.identify import OTHER, Identifier
from bot.languages.listening import Heard, Listener
from tests.support.dialogues import FAILING, YES, Dialogue

TWENTY = set("es fr de pt it nl pl ru uk ro tr ar fa hi ur bn id sw vi zh".split())  # noqa: SIM905  Short.
EVERYWHERE = ("english_only", "not_translated", "changed", "emergency_numbers", "choose_country", "still_here", "check")
FILES, PHRASES, WIDGET = list(read_answers()), read_phrases(), read_widget_words()
LETTERS = Identifier.learn(
    ["my friend is here", "where is my friend", "mi amigo está aquí", "dónde está mi amigo", "můj přítel je tady"] * 2,
    ["en", "en", "es", "es", OTHER] * 2,
)


def found_in(folder) -> list[str]:
    return [problem.message for problem in problems(folder, FILES, PHRASES, WIDGET, dialled(directory().values()))]


@pytest.fixture
def spanish(tmp_path):
    """A folder with a copy of the Spanish files."""
    for path in (DATA / "languages" / "es").rglob("*.yml"):
        copy = tmp_path / path.relative_to(DATA / "languages")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    return tmp_path


def edit(folder, name, old, new):
    path = folder / "es" / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_the_twenty_that_are_spoken_most_are_there():
    assert set(languages()) >= TWENTY


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("card", [OVERDOSE, CRISIS])
def test_the_cards_are_said_in_each_language(language, card):
    with speaking(language):
        there = urgent_reply(Address(card)).text
    assert (library()[card].text in there, library().phrases["emergency_numbers"] in there) == (False, False)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("phrase", EVERYWHERE)
def test_what_someone_in_danger_needs_is_said_in_each_language(language, phrase):
    assert phrase in read_translated_phrases(DATA / "languages" / language).data["phrases"]


def test_all_translations_say_what_their_originals_say():
    assert found_in(DATA / "languages") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("faq/urgent/overdose.yml", "10 segundos", "20 segundos", "the number 10 of the English text is missing"),
        ("faq/urgent/overdose.yml", "10 segundos", "20 segundos", "the number 20 isn't in the English text"),
        (
            "faq/urgent/crisis.yml",
            "(https://findahelpline.com)",
            "(https://a.org)",
            "the link https://findahelpline.com",
        ),
        ("faq/urgent/overdose.yml", "short: ", "urgent_note: ", "`short` is missing"),
        ("phrases.yml", "{number}", "", "the placeholder {number} of the English text is missing"),
        ("phrases.yml", "(tel:112) en España", "(tel:113113) en España", "113113: no such number"),
        ("phrases.yml", "  choose_country: Números", "  choose_country: Números y más números", "characters long"),
    ],
)
def test_what_a_translation_says_otherwise_is_named(spanish, name, old, new, said):
    edit(spanish, name, old, new)
    assert any(said in message for message in found_in(spanish))


def test_a_translation_of_an_older_original_is_named(spanish):
    path = spanish / "es" / "faq" / "urgent" / "overdose.yml"
    path.write_text(re.sub("original: .*", "original: '00000000'", path.read_text()))
    assert any("has changed since" in message for message in found_in(spanish))


def test_buttons_lead_only_to_what_is_translated():
    with speaking("fr"):
        buttons = list(offer(library(), [Address(OVERDOSE), Address("faq/crime")]))
    assert [str(button.target) for button in buttons] == [OVERDOSE]


def test_a_saved_translation_is_shown_at_once(spanish):
    answers = Library(translations=spanish)
    before = answers.in_language("es")[OVERDOSE].title
    edit(spanish, "faq/urgent/overdose.yml", before, "Otra cosa")
    answers.reload()
    assert answers.in_language("es")[OVERDOSE].title == "Otra cosa"


def test_a_broken_translation_is_shown_in_english(spanish):
    edit(spanish, "faq/urgent/overdose.yml", "title:", "titel:")
    answers = Library(translations=spanish)
    assert answers.in_language("es")[OVERDOSE].text == answers[OVERDOSE].text


def test_other_conversations_stay_in_their_language():
    with speaking("es"):
        assert library()[OVERDOSE].title != Library()[OVERDOSE].title
    assert library()[OVERDOSE].title == Library()[OVERDOSE].title


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("dónde está mi amigo aquí", "en", "es"),
        ("where is my friend here", "es", "en"),
        ("my friend", "es", "en"),
        ("amigo", "en", "en"),
        ("está", "es", "es"),
        ("můj přítel je tady", "en", OTHER),
        ("12345", "es", "es"),
    ],
)
def test_a_language_is_known_by_its_letters(text, before, language, monkeypatch):
    monkeypatch.setattr("bot.languages.identify.SURE", 2.0)
    assert LETTERS.language_of(text, before) == language


def test_what_was_learned_of_letters_is_read_as_it_was_written():
    assert Identifier.of(LETTERS.arrays()).language_of("dónde está mi amigo aquí está") == "es"


@pytest.fixture(scope="module")
def danger() -> DangerAbroad:
    kinds, shifts = np.eye(3, 384, dtype=np.float32), {"en": 3, "es": 4}
    rows = [
        (kinds[kind] + 2 * np.eye(384, dtype=np.float32)[shift], language, label)
        for language, shift in shifts.items()
        for kind, label in enumerate((OVERDOSE, CRISIS, "no"))
        for _ in range(3)
    ]
    vectors, spoken, labels = zip(*rows, strict=True)
    return DangerAbroad.learn([f"{word} amigo" for word in labels], np.stack(vectors), spoken, labels)


@pytest.mark.parametrize(("kind", "card"), [(0, OVERDOSE), (1, CRISIS)])
def test_danger_is_known_whatever_the_language(danger, kind, card):
    vector = np.eye(3, 384, dtype=np.float32)[kind] + 2 * np.eye(384, dtype=np.float32)[4]
    found = danger.verdict("amigo", vector, "es")
    assert found is not None
    assert (found.level, found.card) == (Level.URGENT, card)


def test_what_is_harmless_is_no_danger(danger):
    vector = np.eye(3, 384, dtype=np.float32)[2] + 2 * np.eye(384, dtype=np.float32)[4]
    assert danger.verdict("amigo", vector, "es") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en español", "es"),
        ("¿Habla español?", "es"),
        ("हिंदी में", "hi"),
        ("English, please!", "en"),
        ("по-русски", "ru"),
    ],
)
def test_a_language_can_be_asked_for(text, language):
    assert Listener(None).hear(text, "fr") == Heard(language, asks_for_language=True)


def test_without_what_was_learned_all_is_english():
    assert Listener(None).hear("mi amigo no respira") == Heard()


class Hearing(Listener):
    """Takes everything for Spanish, and what has an exclamation mark for danger."""

    def __init__(self) -> None:
        self.before: list[str] = []

    def hear(self, text: str, before: str = "en", is_first: bool = False) -> Heard:
        self.before.append(before)
        return Heard("es", Verdict(Level.URGENT, OVERDOSE) if "!" in text else None)


async def replied(text: str, dialogue: Dialogue, **settings):
    assistant = Assistant(dialogue, listener=Hearing(), **{"seconds": 0.05, **settings})
    return await assistant.reply(Said("someone", "test", text))


async def test_what_is_not_english_is_not_read_as_english():
    dialogue = Dialogue()
    await replied("hola", dialogue)
    assert (dialogue.said, [text for text, _ in dialogue.abroad]) == ([], ["hola"])


async def test_the_language_before_is_known_to_the_next_message():
    dialogue, listener = Dialogue(), Hearing()
    for text in ("hola", "si"):
        await Assistant(dialogue, listener=listener).reply(Said("someone", "test", text))
    assert listener.before == ["en", "es"]


@pytest.mark.parametrize("name", FAILING)
async def test_danger_in_another_language_gets_its_card_when_all_else_fails(name):
    (reply,) = await replied("no respira!", FAILING[name]())
    with speaking("es"):
        assert (reply.language, reply.text) == ("es", urgent_reply(Address(OVERDOSE)).text)


async def test_danger_in_another_language_is_never_too_long():
    dialogue = Dialogue()
    assert await replied("no respira! " * 9, dialogue, most_characters=20) == [YES]


class Deaf(Listener):
    """Fails at whatever it hears."""

    def __init__(self) -> None:
        pass

    def hear(self, text: str, before: str = "en", is_first: bool = False) -> Heard:
        raise MemoryError


async def test_danger_in_english_is_answered_when_nothing_can_be_heard():
    dialogue = Dialogue()
    await Assistant(dialogue, listener=Deaf()).reply(Said("someone", "test", "my friend is not breathing"))
    assert dialogue.said == ["my friend is not breathing"]


class Forgotten(Dialogue):
    """Its store can't be read."""

    async def language_of(self, conversation: str) -> str:
        raise ConnectionError


async def test_a_message_is_answered_when_the_store_cannot_say_its_language():
    assert await Assistant(Forgotten(), listener=Hearing()).reply(Said("someone", "test", "hello")) == [YES]


async def test_danger_in_english_is_read_whatever_language_was_heard():
    dialogue = Dialogue()
    await replied("my friend is not breathing", dialogue, seconds=5)
    assert (dialogue.said, dialogue.abroad) == (["my friend is not breathing"], [])


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("words", "send: ", "sent: ", "there is no `sent` in data/faq/widget.yml"),
        ("words", '"Enviar"', '"Enviar este mensaje mío ahora mismo"', "`send` is 35 characters long"),
        ("words", "Sobran {count}", "Sobran", "the placeholder {count}"),
        ("front", "{idle} minutos", "un rato", "the placeholder {idle}"),
        ("starters", "chat/help:", "chat/helps:", "there is no `chat/helps`"),
    ],
)
def test_what_the_chat_says_otherwise_is_named(spanish, name, old, new, said):
    edit(spanish, "widget.yml", old, new)
    assert any(said in message for message in found_in(spanish))
