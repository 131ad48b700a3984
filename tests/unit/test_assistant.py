"""The one way in, with something simple in Rasa's place: who is refused, and that whoever is in danger never is."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.content.answers import Address
from bot.content.reply import Kind, Reply
from bot.content.yaml_files import Document
from bot.conversation.assistant import Assistant
from bot.conversation.limits import PRESSES_TO_A_MESSAGE, Limits
from bot.conversation.messages import Reason, Refused, Said
from bot.danger.rules import DangerRules
from bot.danger.urgent import BUILT_IN_TEXT, urgent_reply
from tests.support.dialogues import FAILING, YES, Dialogue

RULES = DangerRules([Document("overdose.yml", {"answer": "urgent/overdose", "patterns": ["overdose now"]}, {})])
URGENT = "overdose now"


def made(dialogue: Dialogue | None = None, **settings) -> Assistant:
    return Assistant(dialogue or Dialogue(), danger=RULES, **{"seconds": 0.05, **settings})


def said(text: str = "hello", conversation: str = "someone", address: str | None = None, **rest) -> Said:
    return Said(conversation, "test", text, address=address, **rest)


async def reason(assistant: Assistant, *messages: Said) -> Reason:
    """Send messages, and return why the last one was refused."""
    for message in messages[:-1]:
        await assistant.reply(message)
    with pytest.raises(Refused) as refused:
        await assistant.reply(messages[-1])
    return refused.value.reason


async def test_typed_words_are_answered():
    assert await made().reply(said()) == [YES]


async def test_who_asks_for_a_person_is_told_first_how_to_reach_those_who_run_the_service():
    person = Reply(Kind.ANSWER, "Lines.", answer=Address("chat/human"))
    (reply,) = await made(Dialogue(replies=(person,)), human_contact="https://t.me/our_team").reply(said())
    assert "[t.me/our_team](https://t.me/our_team)" in reply.text.splitlines()[0]
    assert reply.text.endswith("Lines.")


async def test_a_button_is_pressed_not_read():
    dialogue = Dialogue()
    await made(dialogue).reply(said("", button="faq/crime"))
    assert (dialogue.said, dialogue.pressed) == ([], ["faq/crime"])


@pytest.mark.parametrize("text", ["", "  ", "///", "/ \t/", "\u2003"])
async def test_a_message_without_words_is_refused(text):
    assert await reason(made(), said(text)) is Reason.EMPTY


async def test_a_message_that_is_too_long_is_refused():
    assert await reason(made(most_characters=10), said("x" * 11)) is Reason.TOO_LONG


async def test_a_conversation_that_asks_too_much_is_refused():
    assert await reason(made(limits=Limits(per_minute=1)), said(), said()) is Reason.TOO_MANY


async def test_an_address_that_asks_too_much_is_refused():
    one, two = said(conversation="one", address="192.0.2.7"), said(conversation="two", address="192.0.2.7")
    assert await reason(made(limits=Limits(per_minute_and_address=1)), one, two) is Reason.TOO_MANY


async def test_buttons_take_nothing_from_what_may_be_typed():
    assistant = made(limits=Limits(per_minute=1))
    for message in (said("", button="faq/crime"), said("", button="~"), said()):
        assert await assistant.reply(message) == [YES]


async def test_a_conversation_that_presses_too_much_is_refused():
    presses = [said("", button="faq/crime")] * (PRESSES_TO_A_MESSAGE + 1)
    assert await reason(made(limits=Limits(per_minute=1)), *presses) is Reason.TOO_MANY


HELP = ["urgent/overdose", "urgent/not_breathing", "country", "country/gb"]
"""Buttons that someone in danger may need."""


@pytest.mark.parametrize("button", HELP)
async def test_a_button_for_someone_in_danger_has_no_limit(button):
    dialogue = Dialogue()
    assistant = made(dialogue, limits=Limits(per_minute=1))
    for _ in range(PRESSES_TO_A_MESSAGE + 2):
        await assistant.reply(said("", button=button))
    assert dialogue.pressed == [button] * (PRESSES_TO_A_MESSAGE + 2)


@pytest.mark.parametrize("button", HELP)
async def test_a_button_for_someone_in_danger_is_answered_when_it_is_full(button):
    assistant = made(Dialogue(seconds=0.1), most_waiting=1, seconds=1)
    assert len(await asyncio.gather(assistant.reply(said()), assistant.reply(said("", button=button)))) == 2


@pytest.mark.parametrize("failure", FAILING)
async def test_an_urgent_button_is_answered_when_the_dialogue(failure):
    replies = await made(FAILING[failure]()).reply(said("", button="urgent/not_breathing"))
    assert replies == [urgent_reply(Address("urgent/not_breathing"))]


async def test_when_too_many_wait_one_is_refused():
    assistant = made(Dialogue(seconds=0.1), most_waiting=1, seconds=1)
    first = asyncio.ensure_future(assistant.reply(said()))
    await asyncio.sleep(0)
    assert await reason(assistant, said()) is Reason.BUSY
    await first


@pytest.mark.parametrize(
    ("failure", "why"), [("raises", Reason.FAILED), ("hangs", Reason.TIMEOUT), ("is silent", Reason.NO_REPLY)]
)
async def test_a_failure_is_refused_honestly(failure, why):
    assert await reason(made(FAILING[failure]()), said()) is why


@pytest.mark.parametrize("failure", FAILING)
async def test_someone_in_danger_is_answered_when_the_dialogue(failure):
    assert await made(FAILING[failure]()).reply(said(URGENT)) == [urgent_reply(RULES.screen(URGENT).sign.answer)]


async def test_someone_in_danger_is_answered_beyond_the_limit_by_the_dialogue():
    dialogue = Dialogue()
    assistant = made(dialogue, limits=Limits(per_minute=1))
    for _ in range(3):
        await assistant.reply(said(URGENT))
    assert dialogue.said == [URGENT] * 3


async def test_someone_in_danger_comes_in_when_it_is_full():
    assistant = made(Dialogue(seconds=0.1), most_waiting=1, seconds=1)
    assert await asyncio.gather(assistant.reply(said()), assistant.reply(said(URGENT))) == [[YES], [YES]]


async def test_whoever_floods_gives_way_to_a_newcomer_and_is_answered_if_in_danger():
    assistant = made(Dialogue(seconds=0.02), most_waiting=10, seconds=5)
    flood = [asyncio.ensure_future(assistant.reply(said(URGENT, f"{n}", "192.0.2.7"))) for n in range(30)]
    await asyncio.sleep(0)
    assert await assistant.reply(said("hello", "someone", "192.0.2.8")) == [YES]
    replies = await asyncio.gather(*flood)
    assert {reply.text for (reply,) in replies} == {YES.text, urgent_reply(RULES.screen(URGENT).sign.answer).text}


async def test_messages_of_one_conversation_are_handled_one_after_the_other():
    dialogue = Dialogue(seconds=0.01)
    assistant = made(dialogue, seconds=5)
    await asyncio.gather(*(assistant.reply(said()) for _ in range(5)))
    assert dialogue.most_at_once == 1


async def test_a_long_message_in_danger_takes_the_short_way_and_still_becomes_the_topic():
    dialogue = Dialogue()
    (reply,) = await made(dialogue, most_characters=100).reply(said("i dont know " * 20 + URGENT))
    assert (reply.kind, dialogue.said, dialogue.pressed) == (Kind.URGENT, [], ["urgent/overdose"])


@pytest.mark.parametrize("text", [URGENT + " x" * 14_000, "x " * 14_000 + URGENT], ids=["begins so", "ends so"])
async def test_the_beginning_and_the_end_of_an_endless_message_are_read_for_danger(text):
    assert (await made().reply(said(text)))[0].kind is Kind.URGENT


async def test_half_an_emoji_is_left_out():
    dialogue = Dialogue()
    await made(dialogue).reply(said("hello \ud83d"))
    await made(dialogue).reply(said("", button="faq/\ud83d"))
    assert (dialogue.said, dialogue.pressed) == (["hello"], ["faq/"])


async def test_forgetting_reaches_the_dialogue():
    dialogue = Dialogue()
    await made(dialogue).forget("someone")
    assert dialogue.forgotten == ["someone"]


async def test_erasing_reaches_the_dialogue():
    dialogue = Dialogue()
    await made(dialogue).erase("someone")
    assert dialogue.erased == ["someone"]


def test_the_built_in_text_is_said_when_the_answers_are_broken(monkeypatch):
    def broken() -> None:
        raise OSError("no answers")

    monkeypatch.setattr("bot.danger.urgent.library", broken)
    reply = urgent_reply(RULES.screen(URGENT).sign.answer)
    assert (reply.text, reply.is_urgent) == (BUILT_IN_TEXT, True)


def test_the_built_in_text_is_said_when_the_answer_is_missing(monkeypatch, tmp_path):
    from bot.content.library import Library

    monkeypatch.setattr("bot.danger.urgent.library", lambda: Library(tmp_path))
    assert urgent_reply(RULES.screen(URGENT).sign.answer).text == BUILT_IN_TEXT


class Reminding:
    """Says that names aren't needed, whatever is said."""

    async def is_due(self, conversation: str, text: str) -> bool:
        return True


async def test_the_notice_on_names_comes_below_the_answer():
    assert len(await made(notice=Reminding()).reply(said())) == 2


async def test_someone_in_danger_gets_no_notice():
    urgent = Dialogue(replies=(urgent_reply(RULES.screen(URGENT).sign.answer),))
    assert len(await made(urgent, notice=Reminding()).reply(said(URGENT))) == 1


def test_reading_the_longest_message_for_danger_takes_little_time():
    from bot.danger.rules import danger_rules

    assistant = Assistant(Dialogue(), danger=danger_rules())
    text = ("he is not breathing " + "blue lips help " * 2200)[:32_000]
    assistant.danger_in(text)
    started = time.thread_time()
    assert assistant.danger_in(text)
    assert time.thread_time() - started < 0.3
