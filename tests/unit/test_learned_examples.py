"""A model knows which example questions it has learned."""

from __future__ import annotations

import pytest

from bot.matching.learned_examples import LearnedExamples

EXAMPLES = [("faq/crime", "does crime go up"), ("faq/definition", "what is it")]
OTHER = ("faq/crime", "what is it")


@pytest.fixture
def learned(tmp_path) -> LearnedExamples:
    LearnedExamples.of(EXAMPLES).save(tmp_path)
    return LearnedExamples.load(tmp_path)


def test_only_what_was_added_is_new_whatever_the_order(learned):
    assert learned.new_among([EXAMPLES[1], OTHER, EXAMPLES[0]]) == [OTHER]


def test_all_are_there_if_others_were_added(learned):
    assert learned.all_among([*EXAMPLES, OTHER])


def test_one_that_moved_to_another_answer_is_gone(learned):
    assert not learned.all_among([EXAMPLES[0], OTHER])
