"""Somebody in danger gets words, whatever else is broken."""

from __future__ import annotations

from rasa.core.agent import Agent

from bot.conversation.assistant import Assistant
from bot.conversation.messages import Said
from bot.privacy.store import ForgetfulTrackerStore
from bot.rasa.dialogue import Dialogue
from tests.support.server import run_bot

URGENT = "my friend took heroin and is not breathing"
AT_ONCE = 30


async def test_an_urgent_message_is_answered_without_a_model():
    assistant = Assistant(Dialogue(Agent(tracker_store=ForgetfulTrackerStore())))
    assert [str(reply.answer) for reply in await assistant.reply(Said("someone", "test", URGENT))] == [
        "urgent/overdose"
    ]


async def test_after_a_long_urgent_message_the_conversation_stays_with_it(assistant):
    assistant = Assistant(assistant.dialogue, most_characters=1000)
    await assistant.reply(Said("long", "test", "i dont know where to begin " * 60 + URGENT))
    (reply,) = await assistant.reply(Said("long", "test", "still not breathing"))
    assert reply.is_urgent


def test_it_does_not_start_without_an_urgent_answer(checkout):
    gone = [f"data/faq/urgent/{name}.yml" for name in ("overdose", "not_breathing")]
    for file in gone:
        (checkout / file).unlink()
    done = run_bot("run", cwd=checkout)
    assert done.returncode == 1
    assert [file for file in gone if f"{file} is missing" not in done.stderr] == [], done.stderr


async def test_someone_who_was_taken_to_hospital_is_not_mourned(assistant):
    await assistant.reply(Said("hospital", "test", URGENT))
    (reply,) = await assistant.reply(Said("hospital", "test", "they took him to hospital"))
    assert str(reply.answer) == "support/in_good_hands"


async def test_a_question_about_something_else_ends_an_emergency(assistant):
    await assistant.reply(Said("over", "test", URGENT))
    (reply,) = await assistant.reply(Said("over", "test", "can he get arrested because i called?"))
    assert str(reply.answer) == "law/calling_for_help"
