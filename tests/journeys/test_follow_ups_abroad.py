"""Conversations in Spanish and Russian go on: what is asked in few words is about what was spoken of."""

from __future__ import annotations

import secrets

import pytest

from bot.conversation.assistant import Assistant
from bot.conversation.messages import Said
from bot.languages.learning import learned_file
from bot.languages.listening import Listener
from bot.rasa.dialogue import Dialogue

CHECKING, KETAMINE = "service/drug_checking", "drug/ketamine"


@pytest.fixture(scope="module")
def listening(agent) -> Assistant:
    return Assistant(Dialogue(agent), listener=Listener(learned_file()))


async def said(assistant: Assistant, *texts: str):
    """Return the reply to the last of some messages."""
    conversation = secrets.token_hex(8)
    for text in texts:
        reply, *_ = await assistant.reply(Said(conversation, "test", text))
    return reply


@pytest.mark.parametrize(
    ("texts", "answer"),
    [
        (["¿qué es el análisis de sustancias?", "y cuánto cuesta"], f"{CHECKING}#cost"),
        (["¿qué es el análisis de sustancias?", "¿es legal?"], f"{CHECKING}#law"),
        (["¿qué es el análisis de sustancias?", "¿es legal?", "¿y en México?"], f"{CHECKING}#law"),
        (["qué es la ketamina", "más"], f"{KETAMINE}#more"),
        (["что такое проверка веществ", "сколько стоит"], f"{CHECKING}#cost"),
        (["что такое проверка веществ", "а это законно?"], f"{CHECKING}#law"),  # noqa: RUF001  Russian.
        (["что такое проверка веществ", "а это законно?", "а в Германии?"], f"{CHECKING}#law"),  # noqa: RUF001  Russian.
        (["что такое кетамин", "и что дальше"], f"{KETAMINE}#more"),
    ],
)
async def test_what_goes_on_is_about_the_topic(listening, texts, answer):
    reply = await said(listening, *texts)
    assert (str(reply.answer), reply.checks) == (answer, False)


@pytest.mark.parametrize(
    ("word", "answer", "language"),
    [
        ("hola", "chat/greet", "es"),
        ("gracias", "chat/thanks", "es"),
        ("привет", "chat/greet", "ru"),
        ("спасибо", "chat/thanks", "ru"),
    ],
)
async def test_one_word_begins_a_conversation_in_its_language(listening, word, answer, language):
    reply = await said(listening, word)
    assert (str(reply.answer), reply.language) == (answer, language)


async def test_thanks_in_another_language_change_no_conversation_in_english(listening):
    assert (await said(listening, "what is drug checking", "gracias")).language == ""


@pytest.mark.parametrize(
    ("texts", "number"), [(["mi amigo no respira", "México"], "911"), (["хочу умереть", "Россия"], "112")]
)
async def test_whoever_types_their_country_gets_its_number(listening, texts, number):
    assert number in (await said(listening, *texts)).text.partition("\n")[0]


@pytest.mark.parametrize(
    ("text", "language"), [("quién ganó el partido de anoche", "es"), ("какая завтра погода", "ru")]
)
async def test_what_is_out_of_scope_is_said_to_be_in_the_language(listening, text, language):
    reply = await said(listening, text)
    assert (str(reply.answer), reply.language) == ("out_of_scope", language)


async def test_what_was_said_already_is_not_said_once_more(listening):
    first = await said(listening, "qué es la ketamina", "más")
    assert (await said(listening, "qué es la ketamina", "más", "cuéntame más")).text != first.text
