"""Replies to messages that ask for several things, name a place, or ask again."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import ActionAnswer, ActionPick
from actions.reply import _say
from actions.unsure import ActionClarify
from bot.content.library import library
from bot.content.passages import parts
from bot.content.reply import Reply
from bot.danger.directory import directory
from bot.matching.questions import asks, questions_in, uncorrected

CHECKING, CRIME, STRIPS = "service/drug_checking", "faq/crime", "safety/test_strips"


def replies(
    label: str,
    *entities: tuple[str, str],
    said: Reply | None = None,
    others: dict[str, float] | None = None,
    **slots: Any,
) -> list[Reply]:
    """Return the replies to a message that asks for an answer, right after what was said."""
    group = label.partition("/")[0]
    likely = {label: 0.5, **(others or {})}
    ranking = {"ranking": [{"intent_response_key": one, "confidence": found} for one, found in likely.items()]}
    found = [{"entity": name, "value": value} for name, value in entities]
    message = {"intent": {"name": group}, "entities": found, "response_selector": {group: ranking}}
    known = {"topic": None, "country": None, "checked": None, **slots}
    before = CollectingDispatcher()
    if said:
        _say(before, said)
    events = [{"event": "bot", "text": message["text"]} for message in before.messages]
    dispatcher = CollectingDispatcher()
    action = {"pick": ActionPick(), "clarify": ActionClarify()}.get(group, ActionAnswer())
    action.run(dispatcher, Tracker("someone", known, message, events, False, None, {}, None), {})
    return [
        Reply.of_json(said["reply"] if "reply" in said else said["custom"]["reply"]) for said in dispatcher.messages
    ]


def test_two_questions_get_both_answers_the_shorter_first():
    both = replies(CHECKING, ("also", CRIME))
    assert {str(reply.answer).partition("#")[0] for reply in both} == {CHECKING, CRIME}
    assert len(both[0].text) <= len(both[1].text)


@pytest.mark.parametrize(
    ("others", "offered"), [((CHECKING, "chat/thanks"), [CHECKING, "none"]), (("chat/goodbye",), None)]
)
def test_nobody_is_asked_whether_they_mean_thanks_or_goodbye(others, offered):
    (reply,) = replies("clarify", others=dict.fromkeys(others, 0.3))
    if offered:
        assert [str(button.target) for button in reply.buttons] == offered
    else:
        assert str(reply.answer) == "out_of_scope"


def test_a_third_question_gets_a_button():
    *_, last = replies(CHECKING, ("also", CRIME), ("also", STRIPS))
    assert str(last.buttons[0].target) == STRIPS


def test_an_answer_that_is_almost_as_likely_gets_the_first_button():
    (reply,) = replies(CHECKING, others={STRIPS: 0.3})
    assert str(reply.buttons[0].target) == STRIPS


def test_an_answer_that_is_hardly_likely_is_not_offered_for_that():
    (reply,) = replies(CRIME, others={"people/prison": 0.02})
    assert "people/prison" not in {str(button.target) for button in reply.buttons}


def test_in_danger_there_is_one_card():
    assert len(replies("urgent/overdose", ("also", CRIME))) == 1


def test_what_is_known_for_a_place_is_said_below_the_answer():
    (reply,) = replies("law/calling_for_help", ("place", "us"))
    assert directory()["us"].law[0] in reply.text


def test_who_wants_a_person_is_offered_lines_of_their_country():
    (reply,) = replies("chat/human")
    assert str(reply.buttons[0].target) == "country"


def test_of_a_place_of_which_nothing_is_known_it_says_so():
    (reply,) = replies("law/calling_for_help", ("place", "zz"))
    assert reply.text.endswith(library().phrases["country_missing"])


def test_who_says_where_they_are_gets_that_countrys_number_alone():
    (reply,) = replies("urgent/overdose", ("home", "au"), ("place", "au"))
    assert ("000" in reply.text, "911" in reply.text) == (True, False)


def test_who_asks_again_gets_the_rest():
    (reply,) = replies(CRIME, topic=CRIME)
    assert reply.answer
    assert reply.answer.part == "more"


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("can the feds get this chat. also how do i delete it", ("can the feds get this chat.", "how do i delete it")),
        ("hiya! whats a nitazene and do strips pick it up", ("whats a nitazene", "do strips pick it up")),
        ("thanks! is it free", ("is it free",)),
        ("ok thanks. and nitazenes?", ("nitazenes?",)),
        ("is it safe and clean", ()),
        ("what is drug checking", ()),
    ],
)
def test_the_questions_of_a_message(text, questions):
    assert questions_in(text) == questions


@pytest.mark.parametrize(
    ("label", "phrase"),
    [("chat/thanks", "again"), ("urgent/overdose", "urgent_again"), ("urgent/crisis", "still_here_crisis")],
)
def test_nobody_reads_the_very_same_words_twice_in_a_row(label, phrase):
    (first,) = replies(label)
    (second,) = replies(label, said=first)
    assert (second.text == first.text, library().phrases[phrase] in second.text) == (False, True)
    assert (second.kind, second.answer) == (first.kind, first.answer)


def test_a_follow_up_gets_the_part_that_fits_and_not_the_whole_answer():
    (reply,) = replies("health/pregnancy", ("part", "0"), topic="health/pregnancy")
    assert reply.text == parts(library()["health/pregnancy"])[0].text
    assert str(reply.buttons[0].target) == "health/pregnancy#more"


def test_a_follow_up_that_nothing_fits_is_told_so_and_what_matters_most():
    (reply,) = replies("health/pregnancy", ("part", ""), topic="health/pregnancy")
    assert reply.text == f"{library().phrases['not_quite']}\n\n{parts(library()['health/pregnancy'])[0].text}"


def test_someone_in_danger_who_asks_on_gets_the_part_that_fits_and_the_numbers():
    (reply,) = replies("urgent/crisis", ("part", "3"), topic="urgent/crisis")
    assert reply.text.startswith(f"{parts(library()['urgent/crisis'])[3].text}\n\n")
    assert "tel:112" in reply.text
    assert "988" in reply.text
    assert reply.is_urgent


def test_what_is_no_question_gets_the_rest():
    (reply,) = replies("health/pregnancy", topic="health/pregnancy")
    assert str(reply.answer) == "health/pregnancy#more"


@pytest.mark.parametrize(("topic", "notes"), [(None, 1), ("drug/ghb#more", 0), ("drug/nitazenes", 1)])
def test_what_to_do_in_an_emergency_is_said_once_for_each_answer(topic, notes):
    (reply,) = replies("drug/ghb", topic=topic)
    assert reply.text.count(library()["drug/ghb"].urgent_note) == notes


def test_who_presses_a_button_again_reads_the_whole_card_again():
    (first,) = replies("urgent/overdose")
    (second,) = replies("pick", ("answer", "urgent/overdose"), said=first)
    assert second.text == first.text


def test_a_country_that_the_answer_speaks_of_gets_no_list_below():
    (reply,) = replies("law/decriminalisation", ("place", "pt"))
    assert "don't have" not in reply.text


def test_of_a_country_of_which_only_the_number_is_known_that_is_said():
    (reply,) = replies("service/drug_checking", ("place", "no"))
    assert (directory()["no"].emergency in reply.text, library().phrases["country_missing"] in reply.text) == (
        True,
        True,
    )


def test_two_questions_about_one_service_get_both_parts():
    both = replies(CHECKING, ("section", "find"), ("also", f"{CHECKING}#cost"))
    assert {str(reply.answer) for reply in both} == {f"{CHECKING}#find", f"{CHECKING}#cost"}


def test_a_second_question_that_is_answered_already_is_not_answered_again():
    assert len(replies(CHECKING, ("section", "cost"), ("also", f"{CHECKING}#cost"))) == 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no i meant the rooms", "the rooms"),
        ("sorry, I mean pregabalin", "pregabalin"),
        ("not that one, the legal one", "the legal one"),
        ("back to the pills question. prague", "the pills. prague"),
        ("no thanks", "no thanks"),
        ("no i dont want to quit", "no i dont want to quit"),
        ("im back to using", "im back to using"),
        ("i meant", "i meant"),
    ],
)
def test_a_correction_is_read_as_what_is_meant(text, meant):
    assert uncorrected(text) == meant


@pytest.mark.parametrize(
    "text", ["is it free", "ok and where do i get one", "that's it?", "he took it can i leave him"]
)
def test_a_question_asks(text):
    assert asks(text)


@pytest.mark.parametrize("text", ["my mum thinks im clean", "he went home", "no i dont want that", "thanks"])
def test_what_is_told_asks_nothing(text):
    assert not asks(text)
