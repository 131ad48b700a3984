"""What actions say when a message may be from someone in danger, and after an urgent reply."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import ActionAnswer, ActionPick
from actions.reply import ReplyAction
from actions.unsure import ActionClarify, ActionEnglishOnly, ActionFallback
from bot.content.library import library
from bot.content.reply import Reply

DANGER = {"entity": "danger", "value": "urgent/overdose"}
CHECK_BUTTONS = ["urgent/overdose", "urgent/crisis"]


def run(action: ReplyAction, label: str, *entities: dict[str, str], **slots: Any) -> tuple[Reply, dict[str, Any]]:
    """Return the reply of an action, and the slots that it sets."""
    intent = label.partition("/")[0]
    message = {
        "intent": {"name": intent},
        "entities": list(entities),
        "response_selector": {intent: {"ranking": [{"intent_response_key": label}]}},
    }
    known = {"topic": None, "country": None, "checked": None, **slots}
    tracker = Tracker("somebody", known, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    return Reply.of_json(dispatcher.messages[0]["reply"]), {event["name"]: event["value"] for event in events}


def test_a_message_that_may_be_danger_gets_the_usual_answer_and_then_a_question():
    reply, _ = run(ActionAnswer(), "faq/crime", DANGER)
    assert (str(reply.answer), reply.text.splitlines()[-1]) == ("faq/crime", library().phrases["check"])


@pytest.mark.parametrize("action", [ActionClarify(), ActionFallback(), ActionEnglishOnly()], ids=lambda one: one.name())
def test_the_question_comes_whatever_the_usual_answer_is(action):
    reply, _ = run(action, "faq/crime", DANGER)
    assert [str(button.target) for button in reply.buttons[:2]] == CHECK_BUTTONS


def test_the_question_never_comes_twice_in_a_row():
    _, slots = run(ActionAnswer(), "faq/crime", DANGER)
    reply, _ = run(ActionAnswer(), "faq/crime", DANGER, checked=slots["checked"])
    assert not reply.checks


def test_after_a_turn_without_it_the_question_may_come_again():
    _, slots = run(ActionAnswer(), "faq/crime", checked=True)
    assert slots["checked"] is None


def test_an_urgent_reply_asks_nothing_more():
    reply, _ = run(ActionAnswer(), "urgent/overdose", DANGER)
    assert (reply.is_urgent, reply.checks) == (True, False)


@pytest.mark.parametrize("action", [ActionClarify(), ActionFallback(), ActionEnglishOnly()], ids=lambda one: one.name())
def test_after_an_urgent_reply_what_is_not_understood_is_asked_about(action):
    reply, _ = run(action, "out_of_scope", topic="urgent/overdose")
    assert reply.text.startswith(library().phrases["still_here"])
    assert "urgent/awake_again" in [str(button.target) for button in reply.buttons]


def test_someone_in_crisis_is_asked_in_other_words():
    reply, _ = run(ActionFallback(), "out_of_scope", topic="urgent/self_harm")
    assert reply.text.startswith(library().phrases["still_here_crisis"])


def test_once_the_country_is_known_only_its_number_is_said():
    reply, _ = run(ActionFallback(), "out_of_scope", topic="urgent/overdose", country="gb")
    assert "999" in reply.text
    assert "911" not in reply.text


@pytest.mark.parametrize("checked", [None, True], ids=["after the card", "after being asked how things stand"])
def test_who_asks_for_the_numbers_stays_with_their_card(checked):
    picked = {"entity": "answer", "value": "country"}
    _, slots = run(ActionPick(), "pick", picked, topic="urgent/crisis", checked=checked)
    assert "topic" not in slots


def test_thanks_do_not_end_an_emergency():
    _, slots = run(ActionAnswer(), "chat/thanks", topic="urgent/crisis")
    assert "topic" not in slots


def test_asked_how_things_stand_someone_who_speaks_of_something_else_is_let_go():
    reply, slots = run(ActionFallback(), "out_of_scope", topic="urgent/overdose", checked=True)
    assert (reply.checks, slots["topic"]) == (False, None)


@pytest.mark.parametrize("topic", ["urgent/overdose", "urgent/crisis"])
def test_nobody_is_left_in_an_emergency_with_what_the_assistant_knows_of(topic):
    reply, _ = run(ActionFallback(), "out_of_scope", topic=topic, checked=True)
    assert reply.text.startswith(library().phrases["lost_in_danger"])
    assert [button for button in reply.buttons if str(button.target).startswith("urgent/")]


def test_asked_how_things_stand_nobody_is_asked_once_more_in_the_same_reply():
    reply, _ = run(ActionFallback(), "out_of_scope", DANGER, topic="urgent/overdose")
    assert library().phrases["check"] not in reply.text
