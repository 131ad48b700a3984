"""Typos: which are read through, and by whom."""

from __future__ import annotations

import pytest

from bot.matching.names import NameFinder
from bot.matching.spelling import Spelling
from bot.matching.typos import NAMES, RULES, SPELLING, keys_beside, likelihood, misspellings, near


@pytest.mark.parametrize(
    ("tolerance", "most"),
    [(SPELLING, [0, 1, 1, 2, 2, 2]), (RULES, [0, 0, 1, 1, 1, 2]), (NAMES, [0, 0, 0, 0, 1, 1])],
    ids=["spelling", "rules for danger", "names"],
)
def test_the_longer_a_word_the_more_typos_it_may_have(tolerance, most):
    assert [tolerance.for_word("x" * letters) for letters in (2, 3, 5, 6, 8, 9)] == most


@pytest.mark.parametrize(
    "typed", ["neele", "needdle", "neddle", "nedele"], ids=["missing", "added", "other", "swapped"]
)
def test_one_letter_missing_added_replaced_or_two_swapped_are_one_typo(typed):
    assert near(typed, ["needle"], 1) == [("needle", 1)]


def test_a_word_further_away_is_not_near():
    assert near("noodle", ["needle"], 1) == []


@pytest.mark.parametrize(
    ("typed", "likely"),
    [("nedle", True), ("needdle", True), ("nedele", True), ("nerdle", True), ("needmle", False), ("nepdle", False)],
    ids=["missing", "doubled", "swapped", "beside its key", "any other added", "far from its key"],
)
def test_some_typos_are_likelier_than_others(typed, likely):
    assert (likelihood(typed, "needle") > 0) == likely


@pytest.mark.parametrize(("letter", "keys"), [("g", "fh"), ("q", "w"), ("m", "n"), ("é", ""), ("1", "")])
def test_keys_lie_beside_each_other(letter, keys):
    assert keys_beside(letter) == keys


def test_a_misspelling_keeps_the_first_letter():
    assert sorted(misspellings("pill")) == ["pil", "pil", "pill", "plil", "pll"]


def test_a_word_is_corrected_to_the_one_that_stands_beside_its_neighbours():
    spelling = Spelling.learn(["test my pills", "test my pills", "the hills are far", "the hills are high"], [])
    assert spelling.read("test my oills") == "test my pills"


def test_common_english_words_are_left_as_they_are():
    assert Spelling.learn(["test my pills"], ["bills"]).read("pay my bills") == "pay my bills"


def test_a_name_is_found_with_two_letters_swapped():
    assert [name.value for name in NameFinder({"substance": {"ketamine": ["ketamine"]}}).find("is ketmaine ok")] == [
        "ketamine"
    ]


def test_a_short_name_is_found_as_it_is_only():
    assert NameFinder({"substance": {"speed": ["speed"]}}).find("is spede ok") == []
