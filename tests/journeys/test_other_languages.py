"""Someone writes in another language: over HTTP, with all that answers in place."""

from __future__ import annotations

import shutil

import pytest

from bot.content import library as libraries
from bot.content.languages import LANGUAGES
from bot.content.library import Library
from bot.conversation.assistant import Assistant
from bot.languages.learning import learned_file
from bot.languages.listening import Listener
from bot.rasa.dialogue import Dialogue
from tests.support.web import web

TRANSLATION = """
title: La ketamina
short: Lo que hace, y la vejiga.
answer: La ketamina puede dañar la vejiga.
original: '00000000'
translated_by: project author
reviewed_by: nobody yet
"""


@pytest.fixture(scope="module")
def spanish(tmp_path_factory):
    """Translations: one more answer in Spanish, none in Turkish but the cards."""
    folder = tmp_path_factory.mktemp("languages")
    for language in ("es", "tr"):
        for name in ("phrases.yml", "faq/urgent/overdose.yml", "faq/urgent/crisis.yml"):
            (folder / language / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(LANGUAGES / language / name, folder / language / name)
    (folder / "es/faq/drug").mkdir()
    (folder / "es/faq/drug/ketamine.yml").write_text(TRANSLATION, encoding="utf-8")
    answers = Library(translations=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(libraries, "_in_english", lambda: answers)
        yield


@pytest.fixture(scope="module")
def doors(agent, spanish):
    with web(Assistant(Dialogue(agent), listener=Listener(learned_file()))) as served:
        yield served


def said(doors, text: str, **body: object) -> dict:
    return doors.ask(text, **body).json()


def test_a_question_gets_its_answer_in_its_language(doors):
    (reply,) = said(doors, "¿la ketamina daña la vejiga?")["replies"]
    assert (reply["answer"], reply["language"]) == ("drug/ketamine", "es")
    assert reply["text"].startswith("La ketamina puede dañar la vejiga.")


def test_what_is_not_translated_is_in_english_below_a_sentence_that_says_so(doors):
    (reply,) = said(doors, "ketamin zarar verir mi, nedir")["replies"]
    assert reply["answer"] == "drug/ketamine"
    assert reply["text"].startswith(libraries.library().in_language("tr").phrases["not_translated"])


def test_the_cards_for_danger_are_a_button_away(doors):
    (reply,) = said(doors, "¿la ketamina daña la vejiga?")["replies"]
    assert {"urgent/overdose", "urgent/crisis"} <= {button["answer"] for button in reply["buttons"]}


def test_danger_comes_first(doors):
    (reply,) = said(doors, "mi amigo tomó ketamina y no respira, tiene los labios azules")["replies"]
    assert (reply["kind"], reply["answer"], reply["language"]) == ("urgent", "urgent/overdose", "es")


def test_small_talk_gets_no_answer_about_drugs(doors):
    (reply,) = said(doors, "mañana mi equipo juega el partido en casa de mi abuela")["replies"]
    assert reply["kind"] == "fallback"
