"""What people do in Telegram beside asking: edits, albums, quotes, commands, double taps, topics, groups. No model needed."""

from __future__ import annotations

import json
import time

import pytest

from bot.content.library import Library
from bot.content.reply import Button, Kind, Reply, target_of
from bot.conversation.assistant import Assistant
from tests.support import eventually
from tests.support.dialogues import Dialogue
from tests.support.telegram_api import BOT, Fault
from tests.support.telegram_door import telegram_door

LIBRARY = Library()
PHRASES = LIBRARY.phrases
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
DANGER = "my friend is not breathing"
STEPS = Reply(Kind.URGENT, "Call now.", (Button("Numbers", target_of("country")),), target_of("urgent/overdose"))
END = "the end"
TOPIC = {"message_thread_id": 77, "is_topic_message": True}


class Careful(Dialogue):
    """Calls for help if someone is in danger, asks where they are, and says yes to anything else."""

    async def say(self, conversation, channel, text):
        if text == END:
            return [Reply(Kind.ANSWER, END)]
        return [STEPS] if "breathing" in text else await super().say(conversation, channel, text)

    async def press(self, conversation, channel, target):
        await super().press(conversation, channel, target)
        made = {"urgent/overdose": STEPS, "country": Reply(Kind.CLARIFY, "Where are you?")}
        return [made.get(str(target), Reply(Kind.ANSWER, f"about {target}"))]


@pytest.fixture(scope="module")
def dialogue():
    return Careful()


@pytest.fixture(scope="module")
def telegram(dialogue):
    with telegram_door(Assistant(dialogue)) as running:
        yield running


@pytest.fixture
def person(telegram, dialogue):
    dialogue.said.clear()
    dialogue.pressed.clear()
    return telegram.person()


@pytest.fixture
def group(telegram):
    return {"id": -next(telegram._ids) * 1000, "type": "supergroup", "title": "A group", "is_forum": True}


def texts(person) -> list[str]:
    """Wait until all that was sent before is dealt with, and return all that the person got for it."""
    person.says(END)
    eventually(lambda: person.received and person.received[-1].text == END)
    return [message.text for message in person.received[:-1]]


# Edits


def edit(telegram, person, text, **content):
    telegram.update(edited_message=person.message(text=text, **content))


def test_an_edit_that_changes_nothing_is_passed_over(telegram, person):
    person.gets_for("what is it")
    edit(telegram, person, "what is it", edit_date=int(time.time()))
    assert texts(person) == ["yes"]


def test_a_reaction_which_telegram_calls_an_edit_is_passed_over(telegram, person):
    edit(telegram, person, "what is it")
    assert texts(person) == []


def test_an_edit_that_tells_of_danger_is_answered_whatever_telegram_calls_it(telegram, person):
    edit(telegram, person, DANGER)
    assert texts(person) == ["Call now."]


# Pictures


def test_an_album_is_told_once_that_only_text_is_read(person):
    for _ in range(4):
        person.sends(photo=PHOTO, media_group_id="5")
    assert texts(person) == [PHRASES["text_only"]]


def test_the_words_below_a_picture_are_answered_before_anything_else_is_said(person):
    person.sends(photo=PHOTO, caption="what is this")
    assert texts(person) == ["yes", PHRASES["text_only"]]


def test_danger_below_a_picture_is_all_that_is_answered(person):
    person.sends(photo=PHOTO, caption=DANGER)
    assert texts(person) == ["Call now."]


# Commands


@pytest.mark.parametrize("command", ["/nonsense", "/settings", "/about", "/s", "/nonsense word"])
def test_an_unknown_command_says_so_and_lists_those_that_there_are(person, command):
    (said,) = (message.text for message in [person.gets_for(command)])
    assert said.startswith(PHRASES["unknown_command"])
    assert all(f"/{name}: " in said for name in ("start", "help", "topics", "emergency", "forget"))


def test_what_it_says_itself_is_in_the_language_of_their_telegram(person):
    person.language = "es-419"
    assert person.gets_for("/stop").text.startswith(LIBRARY.in_language("es").phrases["forgotten"][:30])


def test_the_commands_are_said_in_each_language(telegram):
    command = LIBRARY.in_language("fa").phrases["command_emergency"]
    eventually(lambda: command in str(json.loads(telegram.settings.get("commands fa", "[]"))))


@pytest.mark.parametrize("command", ["/stop", "/delete", "/erase", "/clear", "/STOP"])
def test_whoever_wants_to_stop_or_delete_is_forgotten(person, dialogue, command):
    dialogue.forgotten.clear()
    assert person.gets_for(command).text == PHRASES["forgotten"]
    assert len(dialogue.forgotten) == 1


@pytest.mark.parametrize("text", ["/start unconscious", "/nonsense unconscious", "/help unconscious", "/unconscious"])
def test_danger_in_a_command_is_read(person, dialogue, text):
    person.gets_for(text)
    assert len(dialogue.said) == 1


def test_a_country_behind_the_command_for_emergencies_is_read(person, dialogue):
    person.gets_for("/emergency UK")
    assert dialogue.said == ["/emergency UK"]


# Deleting


def test_forgetting_offers_to_delete_what_was_written_in_the_chat(telegram, person):
    person.gets_for("what is it")
    asked = person.api.called("sendMessage", chat_id=person.id)
    offer = person.gets_for("/forget")
    person.presses(offer, PHRASES["delete_button"])
    eventually(lambda: [message.text for message in person.received] == [PHRASES["deleted"]])
    assert len(asked) == 1
    assert len(telegram.deleted[person.id]) == 4  # Two of the person's, two of the bot's.


def test_nothing_is_deleted_twice(telegram, person):
    offer = person.gets_for("/forget")
    for _ in range(2):
        person.presses(offer, PHRASES["delete_button"], query=str(next(telegram._ids)))
        texts(person)
    assert len(telegram.called("deleteMessages", chat_id=person.id)) == 1


# Buttons


def test_a_double_tap_is_answered_once(person):
    answer = person.gets_for(DANGER)
    for _ in range(2):
        person.presses(answer, "Numbers")
    assert texts(person) == ["Call now.", "Where are you?"]


def test_two_buttons_of_a_message_are_both_answered(person):
    answer = person.gets_for(DANGER)
    person.presses(answer, data="faq/crime")
    person.presses(answer, data="faq/effective")
    assert texts(person)[1:] == ["about faq/crime", "about faq/effective"]


def test_the_steps_stay_in_sight_when_a_country_is_asked_for(person):
    menu = person.gets_for("/topics")
    person.presses(menu, data=":urgent/overdose")
    eventually(lambda: "Call now." in menu.text)
    person.presses(menu, "Numbers")
    assert person.waits_for(2)[1].text == "Where are you?"
    assert "Call now." in menu.text


# Quotes


@pytest.mark.parametrize("address", ["service/drug_checking#law", "faq/crime", "faq/effective"])
def test_a_message_that_quotes_an_answer_is_about_it(person, dialogue, address):
    earlier, target = person.message(text=shown(address)), target_of(address)
    person.gets_for("is it far", reply_to_message={**earlier, "from": BOT})
    assert (dialogue.pressed, dialogue.said) == ([str(target)], ["is it far"])


def shown(address: str) -> str:
    answer_id, _, part = address.partition("#")
    return LIBRARY[answer_id].part(part or None).replace("- ", "• ")


def test_a_message_that_quotes_a_person_is_about_nothing_in_particular(person, dialogue):
    person.gets_for("is it far", reply_to_message=person.message(text=shown("faq/crime")))
    assert dialogue.pressed == []


def test_danger_is_not_kept_waiting_by_a_quote(person, dialogue):
    person.gets_for(DANGER, reply_to_message={**person.message(text=shown("faq/crime")), "from": BOT})
    assert dialogue.pressed == []


# Late answers


def test_whoever_waited_long_is_told_once_that_answers_come_late(person):
    for text in ("what is it", "and this"):
        person.says(text, date=int(time.time()) - 3600)
    assert texts(person) == [PHRASES["late"], "yes", "yes"]


# Topics and groups


def test_an_answer_goes_into_the_topic_of_the_question(telegram, person):
    person.gets_for("hello", **TOPIC)
    assert [call.params["message_thread_id"] for call in telegram.called("sendMessage", chat_id=person.id)] == ["77"]


def test_a_thread_of_replies_is_no_topic(telegram, person):
    person.gets_for("hello", message_thread_id=77)
    assert "message_thread_id" not in telegram.called("sendMessage", chat_id=person.id)[0].params


def test_an_answer_to_a_topic_that_is_gone_goes_to_the_chat(telegram, person):
    gone = Fault(
        "sendMessage", times=2, status=400, description="Bad Request: message thread not found", chat_id=person.id
    )
    telegram.faults.append(gone)
    assert "message_thread_id" not in person.gets_for("hello", **TOPIC).params


def said_in(telegram, person, group, *messages: str, expected: int = 1) -> list[str]:
    for text in messages:
        telegram.update(message={**person.message(text=text), "chat": group, **TOPIC})
    eventually(lambda: len(telegram.sent[group["id"]]) >= expected)
    texts(person)
    return [message.text for message in telegram.sent[group["id"]]]


def test_what_is_said_in_a_group_names_the_emergency_number(telegram, person, group):
    assert "emergency number" in said_in(telegram, person, group, f"@{BOT['username']} hello")[0]


def test_a_group_is_answered_in_its_topic(telegram, person, group):
    said_in(telegram, person, group, f"@{BOT['username']} hello")
    assert telegram.called("sendMessage", chat_id=group["id"])[0].params["message_thread_id"] == "77"


def test_danger_in_a_group_is_answered_each_time(telegram, person, group):
    danger = f"@{BOT['username']} {DANGER}"
    assert (
        said_in(telegram, person, group, f"@{BOT['username']} hello", danger, danger, expected=3)[1:]
        == [PHRASES["group_urgent"]] * 2
    )


def test_a_picture_in_a_group_is_no_trouble(telegram, person, group, caplog):
    telegram.update(message={**person.message(photo=PHOTO), "chat": group})
    assert said_in(telegram, person, group, expected=0) == []
    assert not caplog.records


@pytest.mark.parametrize("text", ["@{}X hello", "/start@{}X", "mail me at x@{}", "https://example.org/@{}"])
def test_another_name_that_holds_the_bots_is_not_its_own(telegram, person, group, text):
    assert said_in(telegram, person, group, text.format(BOT["username"]), expected=0) == []
