"""The running assistant against a Telegram that nobody of this project wrote: npm's telegram-test-api."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.channels.telegram.unfinished import file_of
from bot.content.library import Library
from tests.support import eventually
from tests.support.foreign_telegram import ForeignTelegram, foreign_telegram
from tests.support.server import Server, start_server, stop_server
from tests.support.telegram_api import TOKEN

PHRASES = Library().phrases


@dataclass
class Answering:
    """The running assistant, which can be killed and started again."""

    telegram: ForeignTelegram
    output: Path

    def start(self) -> Answering:
        self.server: Server = start_server(self.output, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=self.telegram.url)
        eventually(lambda: "long polling" in self.output.read_text())
        return self

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()


@pytest.fixture(scope="module")
def answering(model, tmp_path_factory):
    with foreign_telegram() as telegram:
        running = Answering(telegram, tmp_path_factory.mktemp("foreign") / "output.txt").start()
        yield running
        stop_server(running.server)


@pytest.fixture
def telegram(answering):
    return answering.telegram


@pytest.fixture
def person(telegram):
    return telegram.person()


def test_a_question_gets_its_answer(person):
    assert "Drug checking" in person.gets_for("what is drug checking?")


def test_a_button_gets_its_answer(person):
    person.says("what is drug checking?")
    person.presses(person.waits_for()[0], "Is it legal?")
    assert "Drug checking: is it legal?" in person.waits_for(2)[1]["message"]["text"]


@pytest.mark.parametrize("text", ["my friend is not breathing", "/emergency"])
def test_an_emergency_gets_what_to_do_now(person, text):
    assert "Emergency number" in person.gets_for(text)


def test_forgetting_offers_to_delete_what_was_written(person):
    person.gets_for("hello")
    assert person.gets_for("/forget") == PHRASES["forgotten"]
    person.presses(person.received[-1], PHRASES["delete_button"])
    eventually(lambda: [one["message"]["text"] for one in person.received] == [PHRASES["deleted"]])


def test_whoever_blocks_the_bot_is_left_alone(telegram, person):
    telegram.goes_wrong("sendMessage", person.id, 403, "Forbidden: bot was blocked by the user")
    person.says("hello")
    eventually(lambda: telegram.called("sendMessage", person.id))
    telegram.person().gets_for("hello")
    assert len(telegram.called("sendMessage", person.id)) == 1


def test_when_telegram_says_wait_it_waits_and_sends_then(telegram, person):
    wait = {"parameters": {"retry_after": 1}, "once": True}
    telegram.goes_wrong("sendMessage", person.id, 429, "Too Many Requests: retry after 1", **wait)
    assert person.gets_for("hello")
    assert len(telegram.called("sendMessage", person.id)) == 2


def test_nothing_is_lost_and_nothing_said_twice_if_the_assistant_is_killed(answering, telegram):
    wait = {"parameters": {"retry_after": 60}, "once": True}
    in_work, answered, later = ([telegram.person() for _ in range(8)] for _ in range(3))
    for person in in_work:
        telegram.goes_wrong("sendMessage", person.id, 429, "Too Many Requests: retry after 60", **wait)
    for person in in_work + answered:
        person.says("hello")
    dealt_with = file_of(f"{telegram.url} {TOKEN}")
    eventually(lambda: dealt_with.exists() and len(dealt_with.read_text().split()) == len(answered))
    answering.kill()
    for person in later:
        person.says("my friend is not breathing")
    answering.start()
    everyone = in_work + answered + later
    eventually(lambda: all(person.received for person in everyone), seconds=30)
    telegram.person().gets_for("hello")
    assert [len(person.received) for person in everyone] == [1] * len(everyone)
