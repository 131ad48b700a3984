"""Which of the things that were just listed a message picks."""

from __future__ import annotations

import pytest

from bot.matching.picks import picked

TITLES = ["Legal support", "Drug checking", "Needle programmes"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the first", 0), ("1", 0), ("2.", 1), ("number 2 pls", 1), ("the second one", 1), ("ok the 3rd", 2),
        ("#3", 2), ("the last one", 2), ("the bottom one", 2), ("the legal one", 0), ("the needles one please", 2),
        ("tell me about the second", 1),
    ],
)  # fmt: skip
def test_a_message_picks_by_number_order_or_title(text, place):
    assert picked(text, TITLES) == place


@pytest.mark.parametrize(
    "text",
    [
        "", "yes", "the fourth", "7", "what is the legal situation", "legal", "is it the first time you hear that",
        "i took 2 last night", "the one with the free one", "the other one",
    ],
)  # fmt: skip
def test_a_message_that_says_more_or_less_picks_nothing(text):
    assert picked(text, TITLES) is None


def test_a_word_of_two_titles_picks_neither():
    assert picked("the drug one", ["Drug checking", "Drug alerts"]) is None


def test_nothing_is_picked_from_nothing():
    assert picked("the first", []) is None
