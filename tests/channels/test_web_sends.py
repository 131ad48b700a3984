"""A message that is sent again is handled once, until its conversation is erased."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.conversation.assistant import Assistant
from bot.privacy.pseudonyms import pseudonym
from tests.support.dialogues import Dialogue
from tests.support.web import Web, web

ID = secrets.token_hex(16)


@pytest.fixture
def dialogue() -> Dialogue:
    return Dialogue(seconds=0.1)


@pytest.fixture
def chat(dialogue) -> Iterator[Web]:
    with web(Assistant(dialogue)) as running:
        yield running


def test_a_message_that_was_answered_is_not_handled_again(chat, dialogue):
    assert chat.ask(id=ID).json() == chat.ask(id=ID).json()
    assert len(dialogue.said) == 1


def test_a_message_that_is_being_answered_is_not_handled_again(chat, dialogue):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: chat.ask(id=ID).json()["conversation"], range(8)))
    assert (len(keys), len(dialogue.said)) == (1, 1)


def test_two_messages_are_handled_apart(chat, dialogue):
    first, second = (chat.ask(id=secrets.token_hex(16)).json()["conversation"] for _ in range(2))
    assert first != second
    assert len(dialogue.said) == 2


def test_the_id_is_not_the_key(chat):
    assert chat.ask(id=ID).json()["conversation"] != ID


def test_erasing_drops_the_reply(chat, dialogue):
    key = chat.ask(id=ID).json()["conversation"]
    chat.forget(conversation=key)
    chat.ask(id=ID)
    assert len(dialogue.said) == 2


def test_erasing_at_another_process_drops_the_reply(chat, dialogue):
    key = chat.ask(id=ID).json()["conversation"]
    dialogue.erased.append(pseudonym("chat", key))
    chat.ask(id=ID)
    assert len(dialogue.said) == 2


def test_a_conversation_is_erased_by_the_message_that_began_it(chat, dialogue):
    key = chat.ask(id=ID).json()["conversation"]
    chat.forget(conversation=None, id=ID)
    assert dialogue.erased == [pseudonym("chat", key)]
