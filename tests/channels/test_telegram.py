"""Telegram, as somebody who writes to the bot sees it: the running assistant fetches updates from a real server."""

from __future__ import annotations

import asyncio
import time

import pytest
from pydantic import SecretStr

from bot.channels.telegram import TelegramChannel
from bot.content.library import Library
from bot.conversation.assistant import Assistant
from tests.support import eventually
from tests.support.dialogues import Dialogue
from tests.support.server import Server, run_bot, start_server, stop_server
from tests.support.telegram_api import BOT, TOKEN, Fault, Person, TelegramApi

ONLY_TEXT = "I can only read text"
FALLBACK = "I don't know this one"
ANSWERED_QUICKLY_SECONDS = 3


@pytest.fixture(scope="module")
def telegram():
    api = TelegramApi().start()
    yield api
    api.stop()


@pytest.fixture(scope="module")
def assistant(model, telegram, tmp_path_factory) -> Server:
    running = start_server(
        tmp_path_factory.mktemp("telegram") / "output.txt", TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=telegram.url
    )
    eventually(lambda: telegram.called("getUpdates"))
    yield running
    stop_server(running)


@pytest.fixture
def person(telegram, assistant) -> Person:
    return telegram.person()


def titles(message) -> list[str]:
    return [button["text"] for button in message.buttons]


# What people write


def test_a_question_gets_its_answer(person):
    assert "Drug checking" in person.gets_for("what is drug checking?").text


def test_an_answer_says_where_it_is_from_and_when_it_was_checked(person):
    html = person.gets_for("does harm reduction work?").html
    assert '<a href="https://' in html
    assert "Checked on 20" in html


def test_a_talk_goes_on(person):
    person.gets_for("what is drug checking?")
    assert "legal" in person.gets_for("is it legal").text


def test_two_people_do_not_share_a_talk(person, telegram):
    person.gets_for("what is drug checking?")
    assert "drug checking is legal" not in telegram.person().gets_for("is it legal").text


def test_no_message_shows_a_preview_of_a_link(person, telegram):
    person.gets_for("does harm reduction work?")
    assert all('"is_disabled": true' in call.params["link_preview_options"] for call in telegram.called("sendMessage"))


@pytest.mark.parametrize(
    "text",
    ["💊❤️🙏", "ما هو الحد من الضرر؟", "‏מה זה צמצום נזקים", "<b>unclosed & </i>", "/nosuchcommand", "a", "\u200b", "🆘" * 400, "%s{0}"],
    ids=["emoji", "Arabic", "Hebrew", "HTML", "unknown command", "a letter", "invisible", "many emoji", "placeholders"],
)  # fmt: skip
def test_any_text_gets_a_reply(person, text):
    assert person.gets_for(text).text


def test_slashes_alone_are_no_words(person):
    assert "couldn't find any in that" in person.gets_for("///").text


def test_a_text_of_4096_characters_is_too_long_and_says_so(person):
    assert "more than I can read" in person.gets_for("why " * 1024).text


def test_a_typed_command_of_rasa_is_only_words(person):
    assert "That's all right." not in person.gets_for('/pick{"answer": "none"}').text


def test_a_forwarded_text_is_a_question_too(person):
    person.sends(
        text="what is drug checking?", forward_origin={"type": "hidden_user", "sender_user_name": "x", "date": 1}
    )
    assert "Drug checking" in person.waits_for()[0].text


def test_an_edited_text_is_a_new_question(person, telegram):
    telegram.update(edited_message=person.message(text="what is drug checking?", edit_date=int(time.time())))
    assert "Drug checking" in person.waits_for()[0].text


FILE = {"file_id": "f", "file_unique_id": "u"}
SIZED = {**FILE, "width": 1, "height": 1}
NOT_TEXT = {
    "voice": {"voice": {**FILE, "duration": 1}},
    "audio": {"audio": {**FILE, "duration": 1}},
    "photo": {"photo": [SIZED]},
    "video": {"video": {**SIZED, "duration": 1}},
    "video note": {"video_note": {**FILE, "length": 1, "duration": 1}},
    "animation": {"animation": {**SIZED, "duration": 1}, "document": FILE},
    "sticker": {"sticker": {**SIZED, "type": "regular", "is_animated": False, "is_video": False}},
    "document": {"document": FILE},
    "location": {"location": {"latitude": 1.0, "longitude": 1.0}},
    "venue": {"venue": {"location": {"latitude": 1.0, "longitude": 1.0}, "title": "x", "address": "y"}},
    "contact": {"contact": {"phone_number": "+4915112345678", "first_name": "Kim"}},
    "poll": {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                      "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "a kind from the future": {"hologram": {"file_id": "f"}},
    "story": {"story": {"chat": {"id": 5, "type": "private"}, "id": 1}},
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_TEXT)
def test_whatever_is_not_text_is_told_so(person, kind):
    person.sends(**NOT_TEXT[kind])
    assert ONLY_TEXT in person.waits_for()[0].text


def test_the_words_below_a_picture_are_read(person):
    person.sends(photo=[SIZED], caption="my friend took fentanyl and wont wake up")
    assert "Call the emergency number now" in person.waits_for()[0].text


def test_a_reply_to_something_that_can_not_be_read_is_read(person):
    person.says("what is drug checking?", reply_to_message=person.message(poll={"id": "1"}))
    assert "Drug checking" in person.waits_for()[0].text


# What people press


def test_a_button_below_an_answer_answers_below(person):
    answer = person.gets_for("what is drug checking?")
    person.presses(answer, "Is it legal?")
    assert person.waits_for(2)[1].text.startswith("Drug checking: is it legal?")


def test_every_press_is_answered_so_that_nothing_spins(person, telegram):
    answer = person.gets_for("what is drug checking?")
    person.presses(answer, "Is it legal?", query="spinning")
    eventually(lambda: telegram.called("answerCallbackQuery", callback_query_id="spinning"))


@pytest.mark.parametrize(
    "data", ["service/gone", ":service/gone", "~0123", ":~", "=gone", "💥", "none", "#", ":=", "=="]
)
def test_a_stale_button_is_answered_too(person, telegram, data):
    answer = person.gets_for("hello")
    person.presses(answer, data=data, query=f"stale {data}")
    eventually(lambda: telegram.called("answerCallbackQuery", callback_query_id=f"stale {data}"))
    eventually(lambda: len(person.received) > 1 or person.received[0].edits)


def test_a_press_from_long_ago_gets_its_answer_all_the_same(person):
    answer = person.gets_for("what is drug checking?")
    person.presses(answer, "Is it legal?", query="old")
    assert "legal" in person.waits_for(2)[1].text


def test_a_button_below_a_message_that_is_gone_gets_its_answer_below(person, telegram):
    telegram.update(callback_query={
        "id": "1", "from": person.user, "chat_instance": "1", "data": ":faq/crime",
        "message": {"chat": {"id": person.id, "type": "private"}, "message_id": 1, "date": 0},
    })  # fmt: skip
    assert "crime" in person.waits_for()[0].text.lower()


# Commands


@pytest.mark.parametrize(
    ("command", "start"),
    [
        ("/start", "Hello"),
        ("/HELP", "What can I ask?"),
        (f"/help@{BOT['username']}", "What can I ask?"),
        ("/emergency", "Overdose: what to do now"),
        ("/privacy", "What happens to my messages?"),
        ("/start drug_checking", "Drug checking"),
        ("/start service-drug_checking", "Drug checking"),
        ("/start overview", "Hello"),
        ("/start no_such_answer", "Hello"),
        ("/topics", "What would you like to know about?"),
        ("/services", "Services"),
        ("/forget", "Done. I've forgotten this conversation."),
    ],
)
def test_a_command_gets_its_answer(person, command, start):
    assert person.gets_for(command).text.startswith(start)


def test_forget_forgets(person):
    person.gets_for("what is drug checking?")
    person.gets_for("/forget")
    assert "drug checking is legal" not in person.gets_for("is it legal").text


def test_topics_are_browsed_in_one_message(person):
    menu = person.gets_for("/topics")
    for step, title in enumerate(["Services", "Drug checking", "Is it legal?", "« Services", "« All topics"], start=1):
        person.presses(menu, title)
        eventually(lambda step=step: menu.edits == step)
    assert (len(person.received), menu.text[:22]) == (1, "What would you like to")


def test_every_answer_can_be_reached_from_topics(person):
    menu = person.gets_for("/topics")
    found = set()
    for title in titles(menu):
        page = person.gets_for("/topics")
        person.presses(page, title)
        eventually(lambda page=page: page.edits)
        found |= {button["callback_data"] for button in page.buttons}
    wanted = {f":{a.id}" for a in Library() if a.group not in ("boundary", "out_of_scope") and not a.button_only}
    assert wanted <= found


def test_what_is_browsed_becomes_the_topic(person):
    menu = person.gets_for("/services")
    person.presses(menu, "Drug checking")
    eventually(lambda: menu.edits)
    assert "legal" in person.gets_for("is it legal").text


def test_pressing_twice_changes_nothing(person):
    menu = person.gets_for("/topics")
    for _ in range(2):
        person.presses(menu, "Services")
    assert person.gets_for("hello")
    assert (len(person.received), menu.edits) == (2, 1)


def test_commands_and_descriptions_come_from_the_content(assistant, telegram):
    phrases = Library().phrases
    assert phrases["command_topics"] in telegram.settings["commands"]
    assert telegram.settings["description"] == phrases["telegram_description"]
    assert telegram.settings["short_description"] == phrases["telegram_short_description"]


# Where people are


def member(status: str) -> dict:
    return {"user": BOT, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def change(chat: dict, old: str, new: str) -> dict:
    sender = {"id": 7, "is_bot": False, "first_name": "Kim"}
    return {"chat": chat, "from": sender, "date": 1, "old_chat_member": member(old), "new_chat_member": member(new)}


@pytest.fixture
def group(telegram, assistant) -> dict:
    return {"id": -next(telegram._ids) * 1000, "type": "supergroup", "title": "A group"}


def said_in(telegram, person, group) -> int:
    """Wait until all that was sent before is dealt with, and count what was said in the group."""
    person.gets_for("hello")
    return len(telegram.sent[group["id"]])


def test_a_group_that_adds_the_bot_is_told_where_to_write(telegram, group):
    telegram.update(my_chat_member=change(group, "left", "member"))
    eventually(lambda: telegram.sent[group["id"]])
    assert telegram.sent[group["id"]][0].buttons[0]["url"] == f"https://t.me/{BOT['username']}"


def test_a_group_is_told_once(telegram, person, group):
    telegram.update(my_chat_member=change(group, "left", "member"))
    for _ in range(3):
        telegram.update(message={**person.message(text=f"@{BOT['username']} hi"), "chat": group})
    assert said_in(telegram, person, group) == 1


def test_a_group_that_speaks_to_the_bot_is_told(telegram, person, group):
    telegram.update(message={**person.message(text=f"/start@{BOT['username']}"), "chat": group})
    eventually(lambda: telegram.sent[group["id"]])


def test_a_group_that_speaks_of_other_things_hears_nothing(telegram, person, group):
    telegram.update(message={**person.message(text="what is drug checking?"), "chat": group})
    assert said_in(telegram, person, group) == 0


CHANNEL = {"id": -1009, "type": "channel", "title": "A channel"}
USER = {"id": 9, "is_bot": False, "first_name": "Kim"}
SILENT = {
    "a post in a channel": {"channel_post": {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "what is harm reduction"}},
    "an edited post": {"edited_channel_post": {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "hello"}},
    "being added to a channel": {"my_chat_member": change(CHANNEL, "left", "administrator")},
    "a poll": {"poll": NOT_TEXT["poll"]["poll"]},
    "a vote": {"poll_answer": {"poll_id": "1", "option_ids": [0], "user": USER}},
    "an inline query": {"inline_query": {"id": "1", "from": USER, "query": "x", "offset": ""}},
    "a reaction": {"message_reaction": {"chat": {"id": 9, "type": "private"}, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}},
    "a request to join": {"chat_join_request": {"chat": CHANNEL, "from": USER, "user_chat_id": 9, "date": 1}},
    "a business message": {"business_message": {"message_id": 1, "date": 1, "chat": {"id": 9, "type": "private"}, "text": "hello"}},
    "a kind from the future": {"brain_wave": {"chat": {"id": 9, "type": "private"}, "text": "hello"}},
    "nothing": {},
    "something broken": {"message": {"chat": "x"}},
    "something broken in another way": {"callback_query": []},
}  # fmt: skip


@pytest.mark.parametrize("kind", SILENT)
def test_silence_is_kept_on(telegram, person, kind):
    before = len(telegram.called("sendMessage"))
    telegram.update(**SILENT[kind])
    person.gets_for("hello")
    assert len(telegram.called("sendMessage")) == before + 1


@pytest.mark.parametrize(
    "content",
    [{"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}, {"new_chat_title": "x"},
     {"text": "hello", "from": {"id": 8, "is_bot": True, "first_name": "Bot"}}],
    ids=["a pinned message", "a new title", "another bot"],
)  # fmt: skip
def test_silence_is_kept_in_private_on(person, content):
    person.sends(**content)
    person.gets_for("what is drug checking?")
    assert len(person.received) == 1


def test_starting_and_blocking_are_no_questions(telegram, person):
    telegram.update(my_chat_member=change({"id": person.id, "type": "private"}, "kicked", "member"))
    telegram.update(my_chat_member=change({"id": person.id, "type": "private"}, "member", "kicked"))
    assert "Hello" in person.gets_for("/start").text
    assert len(person.received) == 1


def test_a_chat_that_is_blocked_is_forgotten(telegram, person):
    person.gets_for("what is drug checking?")
    telegram.update(my_chat_member=change({"id": person.id, "type": "private"}, "member", "kicked"))
    assert "drug checking is legal" not in person.gets_for("is it legal").text


def test_somebody_who_has_blocked_the_bot_is_left_alone(telegram, assistant, person):
    blocked = telegram.person()
    telegram.blocked.add(blocked.id)
    logged = assistant.output.read_text()
    blocked.says("hello")
    eventually(lambda: telegram.called("sendMessage", chat_id=blocked.id))
    person.gets_for("hello")
    assert assistant.output.read_text() == logged


# What networks and Telegram do


def test_an_update_that_comes_twice_is_answered_once(telegram, person):
    number = person.says("what is drug checking?")
    telegram.update(update_id=number, message=person.message(text="what is drug checking?"))
    person.waits_for(1)
    person.gets_for("hello")
    assert len(person.received) == 2


def test_messages_of_one_chat_are_answered_in_order(person):
    questions = ["/help", "/privacy", "/emergency", "/start", "/topics", "/services", "/forget", "/help"]
    for question in questions:
        person.says(question)
    starts = ["What can", "What happens", "Overdose", "Hello", "What would", "Services", "Done", "What can"]
    assert [m.text.startswith(s) for m, s in zip(person.waits_for(8), starts, strict=True)] == [True] * 8


def test_a_slow_chat_holds_up_nobody(telegram, person):
    slow = telegram.person()
    telegram.faults.append(Fault("sendMessage", seconds=4, chat_id=slow.id))
    slow.says("hello")
    start = time.monotonic()
    person.gets_for("hello")
    assert (time.monotonic() - start < ANSWERED_QUICKLY_SECONDS, slow.received) == (True, [])
    slow.waits_for()


def test_when_telegram_says_wait_it_waits_and_sends_then(telegram, person):
    telegram.faults.append(Fault("sendMessage", status=429, retry_after=2, chat_id=person.id))
    person.gets_for("hello")
    first, second = telegram.called("sendMessage", chat_id=person.id)
    assert 2 <= second.at - first.at < 4


def test_a_chat_that_has_to_wait_holds_up_nobody(telegram, person):
    waiting = telegram.person()
    telegram.faults.append(Fault("sendMessage", status=429, retry_after=3, chat_id=waiting.id))
    waiting.says("hello")
    eventually(lambda: telegram.called("sendMessage", chat_id=waiting.id))
    start = time.monotonic()
    person.gets_for("hello")
    assert time.monotonic() - start < 2
    waiting.waits_for()


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 502, "description": "Bad Gateway"}, {"status": 504}, {"cut": True}, {"garbage": True}],
    ids=str,
)
def test_a_reply_that_does_not_get_through_is_sent_again(telegram, person, fault):
    telegram.faults.append(Fault("sendMessage", times=2, chat_id=person.id, **fault))
    assert person.gets_for("hello").text


@pytest.mark.parametrize("fault", [{"status": 500}, {"cut": True}, {"garbage": True}, {"status": 409}, {"status": 429, "retry_after": 1}], ids=str)  # fmt: skip
def test_nothing_is_lost_while_updates_can_not_be_fetched(telegram, person, fault):
    telegram.faults.append(Fault("getUpdates", **fault))
    telegram.person().says("hello")
    assert person.gets_for("what is drug checking?").text


def test_typing_that_fails_delays_nothing(telegram, person):
    telegram.faults.append(Fault("sendChatAction", status=500, chat_id=person.id))
    start = time.monotonic()
    person.gets_for("hello")
    assert time.monotonic() - start < ANSWERED_QUICKLY_SECONDS


def test_whoever_floods_is_answered_up_to_a_point_and_told_so(telegram, person):
    telegram.faults.append(Fault("sendMessage", seconds=1, chat_id=person.id))
    for _ in range(40):
        person.says("hello")
    person.waits_for(21, seconds=30)
    assert "very busy right now" in person.received[-1].text
    assert len(person.received) == 21


def test_whoever_asks_more_than_the_limit_in_a_minute_is_told_to_wait(person):
    for _ in range(20):
        person.gets_for("hello")
    assert "a lot of messages" in person.gets_for("hello").text


def test_somebody_in_danger_is_answered_beyond_the_limit(person):
    for _ in range(20):
        person.gets_for("hello")
    assert "Numbers for my country" in titles(person.gets_for("my friend took heroin and is not breathing"))
    assert Library()["urgent/not_breathing"].text[:40] in person.gets_for("still not breathing").text


def test_who_tells_a_name_is_told_once_that_it_is_not_needed(person):
    person.says("hi, my name is Anna Schmidt. what is drug checking?")
    assert "don't need names" in person.waits_for(2)[1].text
    person.gets_for("my name is Anna Schmidt, is it legal?")
    person.gets_for("/help")
    assert len(person.received) == 4


def test_two_hundred_chats_at_once_all_get_their_own_answer(telegram, person):
    people = [telegram.person() for _ in range(200)]
    commands = ["/help", "/privacy", "/emergency", "/start"]
    starts = ["What can", "What happens", "Overdose", "Hello"]
    for number, somebody in enumerate(people):
        somebody.says(commands[number % 4])
    eventually(lambda: all(somebody.received for somebody in people), seconds=60)
    assert all(p.received[0].text.startswith(starts[n % 4]) for n, p in enumerate(people))


# What must not get out


def test_neither_token_nor_words_nor_names_are_printed(assistant, telegram, person):
    person.gets_for("my canary is called quetzalcoatl")
    printed = assistant.output.read_text()
    assert not any(
        word in printed for word in (TOKEN, TOKEN.split(":")[1], "quetzalcoatl", str(person.id), "Kim", "kim")
    )


async def test_a_wrong_token_is_one_sentence(telegram):
    said, wrong = [], "111111:" + "wrong" * 7
    channel = TelegramChannel(Assistant(Dialogue()), SecretStr(wrong), Library(), telegram.url, say=said.append)
    await asyncio.wait_for(channel.run(), 10)
    assert said == ["Telegram doesn't know this TELEGRAM_TOKEN. Copy it again from @BotFather; the web chat runs on."]


@pytest.mark.parametrize("token", ["secret", "123456:short", "not:a-token-but-long-enough-to-be-one-really"])
def test_what_is_no_token_is_refused_without_printing_it(token):
    done = run_bot("run", TELEGRAM_TOKEN=token)
    assert (done.returncode, "TELEGRAM_TOKEN" in done.stderr, token in done.stderr + done.stdout) == (1, True, False)


def test_without_a_token_it_says_how_to_get_one(server):
    eventually(lambda: "@BotFather there gives you a token" in server.output.read_text())


def test_what_stands_beside_a_reply_is_in_its_language(person):
    message = person.gets_for("mi amigo ha tomado heroína y no respira, tiene los labios azules")
    copied = [button["text"] for button in message.keyboard if "copy_text" in button]
    assert copied[0] == "Copiar 112"
