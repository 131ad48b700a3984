"""Telegram by webhook: the running assistant is sent updates, the right ones and the wrong ones."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import eventually
from tests.support.server import Server, free_port, start_server, stop_server
from tests.support.telegram_api import TOKEN, Person, TelegramApi

UPDATE_IDS = itertools.count(10_000_000)


@pytest.fixture(scope="module")
def telegram():
    api = TelegramApi().start()
    yield api
    api.stop()


@pytest.fixture(scope="module")
def assistant(model, telegram, tmp_path_factory) -> Server:
    port = free_port()
    running = start_server(
        tmp_path_factory.mktemp("webhook") / "output.txt",
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram.url,
        TELEGRAM_WEBHOOK_URL=f"http://127.0.0.1:{port}/telegram/webhook",
        PORT=str(port),
    )
    eventually(lambda: telegram.webhook)
    yield running
    stop_server(running)


@pytest.fixture
def person(telegram, assistant) -> Person:
    return telegram.person()


@pytest.fixture
def post(telegram, assistant):
    """Return a function that posts to the webhook as Telegram does, or with another secret."""
    with httpx.Client(timeout=10) as client:

        def post(content: bytes, secret: str | bytes | None = None) -> int:
            headers = {
                "x-telegram-bot-api-secret-token": telegram.webhook["secret_token"] if secret is None else secret
            }
            return client.post(telegram.webhook["url"], content=content, headers=headers).status_code

        yield post


def test_a_question_gets_its_answer(person):
    assert "Drug checking" in person.gets_for("what is drug checking?").text


def test_telegram_is_asked_for_what_is_read_and_nothing_else(assistant, telegram):
    assert set(json.loads(telegram.webhook["allowed_updates"])) == {"message", "edited_message", "callback_query", "my_chat_member"}  # fmt: skip


def test_updates_are_not_fetched_too(person, telegram):
    person.gets_for("hello")
    assert telegram.called("getUpdates") == []


@pytest.mark.parametrize("secret", ["", "wrong", TOKEN, "é".encode(), b"\xff"])
def test_without_the_secret_nothing_is_taken(post, person, secret):
    update = {"update_id": next(UPDATE_IDS), "message": person.message(text="what is drug checking?")}
    assert post(json.dumps(update).encode(), secret) == 403
    person.gets_for("hello")
    assert len(person.received) == 1


def test_an_update_is_confirmed_once_it_is_answered(post, person):
    update = {"update_id": next(UPDATE_IDS), "message": person.message(text="hello")}
    assert (post(json.dumps(update).encode()), len(person.received)) == (200, 1)


def test_an_update_that_is_sent_twice_is_answered_once(post, person):
    update = json.dumps(
        {"update_id": next(UPDATE_IDS), "message": person.message(text="what is drug checking?")}
    ).encode()
    assert [post(update) for _ in range(3)] == [200] * 3
    person.waits_for(1)
    person.gets_for("hello")
    assert len(person.received) == 2


def test_updates_that_overtake_each_other_are_all_answered(post, telegram, person):
    numbers = [next(UPDATE_IDS) for _ in range(4)]
    for number in reversed(numbers):
        assert post(json.dumps({"update_id": number, "message": person.message(text="/help")}).encode()) == 200
    assert len(person.waits_for(4)) == 4


def test_many_connections_at_once_are_taken(post, telegram, assistant):
    people = [telegram.person() for _ in range(60)]

    def send(somebody: Person) -> int:
        return post(json.dumps({"update_id": next(UPDATE_IDS), "message": somebody.message(text="/help")}).encode())

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(send, people)) == {200}
    eventually(lambda: all(len(somebody.received) == 1 for somebody in people), seconds=30)


CHAT = st.fixed_dictionaries({"id": st.integers(1, 9), "type": st.sampled_from(["private", "group", "channel", "x"])})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
PARTS = [
    "text",
    "caption",
    "voice",
    "photo",
    "sticker",
    "contact",
    "entities",
    "reply_to_message",
    "new_chat_members",
    "poll",
    "date",
]
MESSAGE = st.builds(
    lambda chat, text, parts: {"message_id": 1, "date": 1, "chat": chat, "text": text, **parts},
    CHAT, TEXT, st.dictionaries(st.sampled_from(PARTS), ANYTHING, max_size=3),
)  # fmt: skip
PRESS = st.fixed_dictionaries(
    {"id": TEXT, "from": st.just({"id": 1, "is_bot": False, "first_name": "Kim"}), "chat_instance": TEXT},
    optional={"data": TEXT, "message": MESSAGE | ANYTHING, "game_short_name": TEXT},
)
KINDS = [
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "poll",
    "brain_wave",
]
UPDATE = st.dictionaries(st.sampled_from(KINDS), MESSAGE | PRESS | ANYTHING, max_size=2)
AT_LENGTH = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@AT_LENGTH
@given(update=UPDATE)
def test_no_update_whatever_is_in_it_makes_an_error(post, update):
    assert post(json.dumps({"update_id": next(UPDATE_IDS), **update}).encode()) == 200


@AT_LENGTH
@given(body=st.binary(max_size=100) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_no_body_whatever_is_in_it_makes_an_error(post, body):
    assert post(body) == 200


def test_after_all_that_it_still_answers_and_has_printed_no_word(assistant, person):
    assert "Drug checking" in person.gets_for("what is drug checking?").text
    printed = assistant.output.read_text()
    assert not any(word in printed for word in (TOKEN.split(":")[1], "Traceback", "Kim", "could not be handled"))
