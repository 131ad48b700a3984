"""What somebody gets who talks with the assistant: the right answer, in the light of what was said before."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from bot.content import QUESTIONS
from bot.content.library import library
from bot.content.reply import Reply
from bot.conversation.explain import ask
from bot.conversation.messages import Said
from bot.evaluation.labelled import read_questions


@pytest.fixture
def talk(assistant):
    """Return a function that says something in one conversation and returns the reply."""
    conversation = secrets.token_hex(8)

    async def say(text: str = "", button: str | None = None) -> Reply:
        (reply,) = await assistant.reply(Said(conversation, "test", text, button))
        return reply

    return say


def leads_to(reply: Reply) -> list[str]:
    return [str(button.target) for button in reply.buttons]


async def test_a_question_gets_its_answer(talk):
    assert str((await talk("what does harm reduction mean")).answer) == "faq/definition"


async def test_a_button_is_none_of_the_words_that_someone_typed(assistant):
    for said in ("is narcan legal", None), ("", "none"):
        await assistant.reply(Said("c", "test", *said))
    assert await assistant.dialogue.words_of("c") == ["is narcan legal"]


async def test_an_answer_has_sources_with_addresses(talk):
    assert all(source.url.startswith("https://") for source in (await talk("does harm reduction work?")).sources)


async def test_an_answer_says_when_it_was_checked(talk):
    assert (await talk("does harm reduction work?")).checked_on.startswith("20")


async def test_an_answer_ends_with_what_to_ask_next(talk):
    assert leads_to(await talk("what are the principles of harm reduction"))


async def test_a_service_is_described_by_the_section_that_was_asked_for(talk):
    assert str((await talk("is narcan legal")).answer) == "service/overdose_prevention#law"


async def test_it_means_the_service_that_the_talk_is_on(talk):
    await talk("what is drug checking")
    assert str((await talk("and what does it cost")).answer) == "service/drug_checking#cost"


@pytest.mark.parametrize("words", ["tell me more", "more please", "go on"])
async def test_more_is_the_rest_of_what_a_service_is(talk, words):
    await talk("what is drug checking?")
    assert str((await talk(words)).answer) == "service/drug_checking#more"


async def test_there_means_the_service_that_the_talk_is_on(talk):
    await talk("tell me about drug consumption rooms")
    assert str((await talk("who can go there")).answer) == "service/drug_consumption_rooms#who"


async def test_a_follow_up_gets_the_part_that_fits(talk):
    whole = await talk("what is hepatitis c")
    part = await talk("is there a vaccine for it")
    assert ("no vaccine" in part.text, len(part.text) < len(whole.text)) == (True, True)


async def test_a_short_message_amid_a_conversation_is_taken_for_english(talk):
    await talk("i have a hot lump where i inject")
    assert (await talk("now im shivery")).text != library().phrases["english_only"]


async def test_a_place_alone_asks_the_last_question_again(talk):
    await talk("is drug checking legal?")
    assert str((await talk("and in france?")).answer) == "service/drug_checking#law"


async def test_what_happens_to_messages_is_answered_beside_another_question(assistant):
    text = "hi, is this anonymous? also where can i test my pills"
    replies = await assistant.reply(Said("anonymous", "test", text))
    assert {one.answer.answer_id for one in replies} == {"chat/privacy", "service/drug_checking"}


async def test_a_fallback_in_between_does_not_change_the_topic(talk):
    await talk("what is drug checking")
    await talk("who won the football yesterday")
    assert str((await talk("is it legal")).answer) == "service/drug_checking#law"


async def test_the_topic_is_kept_when_its_turn_is_not(talk):
    await talk("what is drug checking")
    for _ in range(7):
        await talk("who won the football yesterday")
    assert str((await talk("is it legal")).answer) == "service/drug_checking#law"


async def test_a_thank_you_does_not_change_the_topic(talk):
    await talk("what is drug checking")
    await talk("thank you so much")
    assert str((await talk("is it legal")).answer) == "service/drug_checking#law"


async def test_before_any_topic_it_is_harm_reduction(talk):
    assert str((await talk("does it actually work")).answer) == "faq/effective"


async def test_a_section_of_nothing_asks_which_service(talk):
    reply = await talk("where can i get it")
    assert (reply.kind, leads_to(reply)[0].split("/")[0]) == ("clarify", "service")


async def test_a_button_leads_to_its_answer(talk):
    assert str((await talk(button="service/drug_checking#law")).answer) == "service/drug_checking#law"


async def test_a_button_makes_its_answer_the_topic(talk):
    await talk(button="service/drug_checking")
    assert str((await talk("is it free")).answer) == "service/drug_checking#cost"


@pytest.mark.parametrize(
    "made_up", ["service/gone", "service/drug_checking#gone", "../../etc/passwd", "💥", "none#none"]
)
async def test_a_button_that_leads_nowhere_gets_the_fallback(talk, made_up):
    assert (await talk(button=made_up)).kind == "fallback"


async def test_none_of_these_offers_topics(talk):
    reply = await talk(button="none")
    assert (reply.kind, bool(leads_to(reply))) == ("fallback", True)


async def test_an_unsure_question_is_asked_back(talk, unsure_question):
    reply = await talk(unsure_question)
    assert (reply.kind, leads_to(reply)[-1]) == ("clarify", "none")


async def test_asking_back_offers_at_most_three_answers(talk, unsure_question):
    assert 1 <= len(leads_to(await talk(unsure_question))) - 1 <= 3


async def test_picking_a_title_answers_it(talk, unsure_question):
    first = leads_to(await talk(unsure_question))[0]
    assert str((await talk(button=first)).answer) == first


async def test_off_topic_says_so_and_offers_topics(talk):
    reply = await talk("what's the weather in paris tomorrow")
    assert (reply.kind, bool(leads_to(reply))) == ("fallback", True)


async def test_a_boundary_is_answered_as_one(talk):
    assert str((await talk("how many mg of mdma should i take")).answer) == "boundary/dosage"


async def test_danger_gets_the_urgent_answer(talk):
    assert (await talk("my friend took fentanyl and wont wake up")).kind == "urgent"


@pytest.mark.parametrize("before", ["/", " /", "//", "/\n/", "/\t/", "\u00a0/", "/ \u2003/"])
async def test_a_typed_command_is_only_words(assistant, before):
    await assistant.reply(Said("typist", "test", before + 'pick{"answer": "faq/crime"}'))
    assert (await assistant.dialogue.understood("typist"))["intent"]["name"] != "pick"


async def test_a_greeting_introduces_the_assistant_in_two_sentences(talk):
    text = (await talk("hello")).text
    assert text.count(". ") + text.count(": ") <= 3
    assert "not a person" in text


@pytest.fixture(scope="module")
def unsure_question(assistant) -> str:
    """The first test question that could mean any of three answers."""
    questions = read_questions([QUESTIONS])
    asked = (asyncio.run(ask(assistant, question.text)) for question in questions if not question.is_blind)
    return next(got.question for got in asked if got.decision == "clarify" and len(got.alternatives) == 3)
