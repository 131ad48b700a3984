"""What rules and classifier together make of a message."""

from __future__ import annotations

import pytest

from bot.content.library import library
from bot.danger.classifier import Sense, Thresholds
from bot.danger.messages import DANGER
from bot.danger.rules import Screened, Sign
from bot.danger.verdict import BREATHING, KINDS, Level, Verdict, staying_with, verdict

NOTHING = Screened(None, not_now=False)
BLUE = Sign("urgent/overdose", "colour")
HARM = Sign("urgent/self_harm", "self-harm")
THRESHOLDS = Thresholds(urgent=2.0, check=1.0, urgent_long=1.5, check_long=0.5, rule=-1.0)
CHILD = "urgent/child"


def decided(alone=NOTHING, joined=NOTHING, margin=-9.0, is_long=False, doubt=0.0):
    return verdict(alone, joined, Sense(margin, CHILD, is_long), THRESHOLDS, doubt)


@pytest.mark.parametrize(
    ("margin", "is_long", "level"),
    [
        (2.1, False, Level.URGENT),
        (1.9, False, Level.CHECK),
        (0.9, False, None),
        (1.6, True, Level.URGENT),
        (0.6, True, Level.CHECK),
        (0.4, True, None),
    ],
)
def test_the_classifier_alone_decides_by_its_thresholds(margin, is_long, level):
    found = decided(margin=margin, is_long=is_long)
    assert (found and found.level) == level


def test_what_only_the_classifier_finds_gets_the_card_that_it_chose():
    assert decided(margin=2.1) == Verdict(Level.URGENT, CHILD)


def test_a_sign_that_the_classifier_does_not_object_to_is_urgent_and_gets_its_card():
    found = decided(Screened(BLUE, not_now=False), margin=-0.9)
    assert found == Verdict(Level.URGENT, BLUE.answer_id, is_sign=True)


def test_a_sign_with_a_general_card_gets_the_card_that_the_classifier_chose():
    took = Screened(Sign("urgent/overdose", "took_too_much"), not_now=False)
    assert decided(took, margin=0.0) == Verdict(Level.URGENT, CHILD)


def test_a_sign_of_another_family_keeps_its_card():
    goodbye = Screened(Sign("urgent/crisis", "goodbye"), not_now=False)
    assert decided(goodbye, margin=0.0) == Verdict(Level.URGENT, "urgent/crisis", is_sign=True)


def test_signs_of_breathing_are_names_of_signs():
    assert {path.stem for path in (DANGER / "overdose").glob("*.yml")} >= BREATHING


def test_a_sign_that_the_classifier_objects_to_is_checked():
    assert decided(Screened(HARM, not_now=False), margin=-1.5) == Verdict(Level.CHECK, HARM.answer_id)


def test_a_sign_that_the_classifier_is_sure_is_none_is_nothing():
    assert decided(Screened(BLUE, not_now=False), margin=-2.1) is None


def test_a_sign_that_is_not_happening_now_is_checked():
    assert decided(Screened(BLUE, not_now=True), margin=0.0) == Verdict(Level.CHECK, BLUE.answer_id)


def test_a_doubt_comes_off_the_margin_for_urgent():
    assert decided(margin=2.1, doubt=0.5) == Verdict(Level.CHECK, CHILD)


def test_halves_are_joined():
    found = decided(joined=Screened(BLUE, not_now=False), margin=-0.5)
    assert found == Verdict(Level.URGENT, BLUE.answer_id, is_sign=True)


def test_halves_are_not_joined_if_the_second_says_that_it_is_not_now():
    joined = Screened(BLUE, not_now=False)
    assert decided(Screened(None, not_now=True), joined, margin=-0.5) is None


SWEATING = Verdict(Level.URGENT, "urgent/overheating")


def test_a_kind_of_emergency_keeps_its_card_while_only_the_classifier_sees_another():
    assert staying_with("urgent/withdrawal", SWEATING) == Verdict(Level.URGENT, "urgent/withdrawal")


def test_a_sign_changes_the_card_of_an_emergency():
    blue = Verdict(Level.URGENT, BLUE.answer_id, is_sign=True)
    assert staying_with("urgent/withdrawal", blue) == blue


def test_another_family_changes_the_card_of_an_emergency():
    assert staying_with("urgent/someone_in_crisis", SWEATING) == SWEATING


def test_a_general_card_gives_way_to_one_that_fits_better():
    assert staying_with("urgent/overdose", SWEATING) == SWEATING


def test_kinds_of_emergencies_are_answers():
    assert {answer.id for answer in library()} >= KINDS
