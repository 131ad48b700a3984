"""ListPicks: "the third" is the same as pressing the third button of the last reply."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import BotUttered, SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.rasa.components.picks import ListPicks


def button(title: str, target: str) -> dict[str, str]:
    return {"title": title, "payload": f'/pick{{"answer": "{target}"}}'}


MORE = button("Tell me more", "goal/overview#more")
FIRST, SECOND = button("Keep people alive", "goal/keep_people_alive"), button("Offers", "goal/offer_alternatives")
COUNTRY = button("Numbers for my country", "country")
NONE = button("None of these", "none")


def picked_from(text: str, *buttons: dict[str, str], slots: dict[str, Any] | None = None, **data: Any) -> str | None:
    tracker = DialogueStateTracker("someone", [AnySlot(name, [{}]) for name in ("topic", "checked")])
    for name, value in (slots or {}).items():
        tracker.update(SlotSet(name, value))
    tracker.update(BotUttered("Here you are.", {"buttons": list(buttons)}))
    component = ListPicks.create({}, None, None, None)  # type: ignore[arg-type]  It needs none of them.
    (message,) = component.process([Message({TEXT: text, **data})], tracker)
    return next((found["value"] for found in message.get(ENTITIES, []) if found["entity"] == "answer"), None)


def test_a_place_in_the_list_is_that_button():
    assert picked_from("the second", FIRST, SECOND) == "goal/offer_alternatives"


def test_what_continues_an_answer_does_not_count():
    assert picked_from("the first", MORE, FIRST, SECOND) == "goal/keep_people_alive"


def test_what_may_have_been_meant_counts_whatever_it_is():
    assert picked_from("the first", MORE, FIRST, NONE) == "goal/overview#more"


def test_a_place_by_itself_answers_where_one_is():
    norway = [{"entity": kind, "value": "no", "start": 0, "end": 6} for kind in ("place", "home")]
    assert picked_from("norway", FIRST, COUNTRY, entities=norway) == "country/no"


def test_a_country_in_a_longer_message_is_no_button():
    norway = [{"entity": "place", "value": "no", "start": 0, "end": 6}]
    assert picked_from("is it legal in norway", FIRST, COUNTRY, entities=norway) is None


def test_none_of_these_is_not_in_the_list():
    assert picked_from("the last", FIRST, SECOND, NONE) == "goal/offer_alternatives"


@pytest.mark.parametrize(
    ("slots", "opened"),
    [({}, None), ({"topic": "urgent/overdose"}, "urgent/child"), ({"checked": True}, "urgent/child")],
    ids=["nobody spoke of danger", "in an emergency", "asked whether someone is in danger"],
)
def test_no_number_opens_an_emergency_out_of_the_blue(slots, opened):
    assert picked_from("the second one", FIRST, button("A child", "urgent/child"), slots=slots) == opened


@pytest.mark.parametrize("intent", ["urgent", "not_english"])
def test_danger_and_other_languages_come_first(intent):
    assert picked_from("the first", FIRST, **{INTENT: {"name": intent}}) is None
