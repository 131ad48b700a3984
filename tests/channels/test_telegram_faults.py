"""What Telegram's servers can do to the door, with something simple in Rasa's place. No model is needed."""

from __future__ import annotations

import logging
import time

import pytest

from bot.channels.telegram import api
from bot.channels.telegram.unfinished import file_of
from bot.content.reply import Button, Kind, Reply, target_of
from bot.conversation.assistant import Assistant
from tests.support import eventually
from tests.support.dialogues import Dialogue
from tests.support.telegram_api import TOKEN, Fault, TelegramApi
from tests.support.telegram_door import killed_door, telegram_door

AS_MANY_AS_WAIT_AT_TELEGRAM = 120
URGENT = Reply(Kind.URGENT, "Call now.", (Button("Numbers", target_of("country")),))


@pytest.fixture
def telegram(monkeypatch):
    """Telegram, with a door behind it that says yes, and calls for help if someone is in danger."""
    monkeypatch.setattr(api, "_RETRY_AFTER_SECONDS", (0.01,) * 5)
    with telegram_door(Assistant(Careful())) as running:
        yield running


class Careful(Dialogue):
    async def say(self, conversation, channel, text):
        return [URGENT] if "breathing" in text else await super().say(conversation, channel, text)


# Update ids begin again somewhere, if there were none for a week


@pytest.fixture
def quiet_week(telegram):
    """Leave the door with the id of an update that was confirmed, after which ids begin again."""
    person = telegram.person()
    telegram.update(update_id=700_000_027, message=person.message(text="hello"))
    person.waits_for()
    eventually(lambda: not telegram.pending)


def test_ids_that_begin_again_further_down_are_confirmed(telegram, quiet_week):
    telegram.person().gets_for("hello")
    eventually(lambda: not telegram.pending, seconds=3)
    polls = len(telegram.called("getUpdates"))
    time.sleep(1)
    assert len(telegram.called("getUpdates")) <= polls + 1


def test_more_updates_than_telegram_hands_over_at_once_are_reached_when_ids_begin_again(telegram, quiet_week):
    for _ in range(AS_MANY_AS_WAIT_AT_TELEGRAM):
        telegram.person().says("hello")
    assert telegram.person().gets_for("my friend is not breathing").text == "Call now."


# Updates that can't be read


def test_an_update_that_can_not_be_read_keeps_nobody_waiting(telegram):
    telegram.faults.append(Fault("getUpdates", status=500))  # So that all come in one batch.
    telegram.update(message={"chat": "x"})
    telegram.update(callback_query=[])
    assert telegram.person().gets_for("hello").text == "yes"
    eventually(lambda: not telegram.pending, seconds=3)


@pytest.mark.parametrize("part", ["reply_to_message", "entities", "from", "poll"])
def test_the_words_of_a_message_are_read_whatever_part_of_it_is_odd(telegram, part):
    assert telegram.person().gets_for("not breathing", **{part: [5]}).text == "Call now."


def test_a_command_is_one_whatever_else_is_odd(telegram):
    assert "forgotten" in telegram.person().gets_for("/forget", poll={"id": "1"}).text


def test_what_is_no_list_of_updates_is_asked_for_again_with_pauses(telegram):
    telegram.on_get_updates = lambda params: {"odd": True}
    polls = len(telegram.called("getUpdates"))
    telegram.person().says("hello")
    time.sleep(2)
    assert len(telegram.called("getUpdates")) <= polls + 4


# Replies that Telegram doesn't take, or answers oddly


def test_a_text_that_is_refused_as_html_is_sent_as_plain_text(telegram):
    telegram.faults.append(Fault("sendMessage", status=400, description="Bad Request: can't parse entities"))
    reply = telegram.person().gets_for("not breathing")
    assert (reply.text, len(reply.buttons), "parse_mode" in reply.params) == ("Call now.", 1, False)


def test_a_text_that_is_refused_twice_is_sent_without_buttons(telegram):
    telegram.faults.append(Fault("sendMessage", times=2, status=400, description="Bad Request: BUTTON_DATA_INVALID"))
    reply = telegram.person().gets_for("not breathing")
    assert (reply.text, reply.buttons) == ("Call now.", [])


def test_a_response_that_can_not_be_read_adds_no_apology(telegram):
    person = telegram.person()
    telegram.faults.append(Fault("sendMessage", odd=True, chat_id=person.id))
    person.gets_for("hello")
    person.gets_for("hello")
    assert [message.text for message in person.received] == ["yes", "yes"]


def test_a_response_that_can_not_be_read_loses_nothing_that_waits(telegram):
    person = telegram.person()
    telegram.faults.append(Fault("sendMessage", times=3, odd=True, chat_id=person.id))
    for text in ("hello", "not breathing", "hello"):
        person.says(text)
    assert [message.text for message in person.waits_for(3)] == ["yes", "Call now.", "yes"]


def test_whoever_is_in_danger_gets_the_urgent_text_once_telegram_takes_it(telegram):
    person = telegram.person()
    telegram.faults.append(Fault("sendMessage", times=7, status=500, chat_id=person.id))
    assert person.gets_for("my friend is not breathing").text == "Call now."


def test_whoever_is_in_danger_gets_no_apology_if_telegram_takes_nothing(telegram):
    person = telegram.person()
    fault = Fault("sendMessage", times=1 + 5 + api.MORE_TRIES_IF_URGENT, status=500, chat_id=person.id)
    telegram.faults.append(fault)
    person.says("my friend is not breathing")
    eventually(lambda: not telegram.faults)
    person.gets_for("hello")
    assert [message.text for message in person.received] == ["yes"]


def test_whoever_is_not_in_danger_gets_an_apology_once_telegram_takes_it(telegram):
    person = telegram.person()
    telegram.faults.append(Fault("sendMessage", times=7, status=500, chat_id=person.id))
    assert "something went wrong" in person.gets_for("hello").text


# The end


def test_someone_who_waits_sees_that_it_is_typing():
    with telegram_door(Assistant(Dialogue(seconds=0.5))) as telegram:
        person = telegram.person()
        person.gets_for("hello")
        typing, reply = (telegram.called(method, chat_id=person.id)[0] for method in ("sendChatAction", "sendMessage"))
        assert typing.at < reply.at


def test_nothing_is_lost_and_nothing_said_twice_if_the_process_is_killed():
    api, assistant = TelegramApi().start(), Assistant(Dialogue())
    people = [api.person() for _ in range(50)]
    waiting, answered = people[:10], people[10:]
    api.faults += [Fault("sendMessage", status=429, retry_after=60, chat_id=person.id) for person in waiting]
    with killed_door(assistant, api.url):
        for person in people:
            person.says("hello")
        done = file_of(f"{api.url} {TOKEN}")
        eventually(lambda: done.exists() and len(done.read_text().split()) == len(answered))
    with killed_door(assistant, api.url):
        eventually(lambda: not api.pending)
    assert [len(person.received) for person in people] == [1] * 50
    api.stop()


def test_a_token_that_is_revoked_is_one_sentence():
    said: list[str] = []
    with telegram_door(Assistant(Dialogue()), said.append) as telegram:
        telegram.faults.append(Fault("getUpdates", status=401, description="Unauthorized"))
        telegram.person().says("hello")
        eventually(lambda: "doesn't know this TELEGRAM_TOKEN" in said[-1])


def test_what_has_arrived_is_answered_before_the_door_closes():
    with telegram_door(Assistant(Dialogue(seconds=0.1))) as telegram:
        people = [telegram.person() for _ in range(20)]
        for person in people * 2:
            person.says("hello")
        eventually(lambda: telegram.called("sendMessage"))
    assert sum(len(person.received) for person in people) + len(telegram.pending) == 40


def test_neither_token_nor_words_nor_names_are_logged_at_any_level(telegram, caplog):
    caplog.set_level(logging.DEBUG)
    person = telegram.person()
    telegram.faults += [
        Fault("sendMessage", chat_id=person.id, **fault)
        for fault in ({"odd": True}, {"status": 500}, {"garbage": True}, {"status": 400, "description": "quetzalcoatl"})
    ]
    telegram.update(message={**person.message(text="quetzalcoatl"), "poll": {"id": "1"}})
    telegram.update(message={"chat": "x", "text": "quetzalcoatl"})
    person.gets_for("my canary is called quetzalcoatl")
    assert caplog.records
    assert not any(word in caplog.text for word in (TOKEN.split(":")[1], "quetzalcoatl", str(person.id), "Kim", "kim"))
