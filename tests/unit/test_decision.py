"""When a message is answered, asked back or not known."""

from __future__ import annotations

import pytest

from bot.content.answers import OUT_OF_SCOPE
from bot.matching.decision import ANSWER, CLARIFY, FALLBACK, Thresholds, decide
from bot.matching.matcher import Candidate

THRESHOLDS = Thresholds(answer=0.6, answer_named=0.4, share=0.5, clarify=0.5, clarify_named=0.2)


def kind(*confidences: float, **kwargs: bool) -> str:
    answers = [Candidate(f"faq/{number}", confidence) for number, confidence in enumerate(confidences)]
    return decide([*answers, Candidate(OUT_OF_SCOPE, 0.0)], THRESHOLDS, **kwargs).kind


@pytest.mark.parametrize(
    ("confidences", "decision"),
    [((0.7,), ANSWER), ((0.4, 0.3), ANSWER), ((0.3, 0.3, 0.3), CLARIFY), ((0.55,), CLARIFY), ((0.45,), FALLBACK)],
)
def test_all_answers_together_and_the_share_of_the_likeliest_decide(confidences, decision):
    assert kind(*confidences) == decision


@pytest.mark.parametrize(("confidence", "decision"), [(0.45, ANSWER), (0.3, CLARIFY), (0.1, FALLBACK)])
def test_a_message_that_names_a_drug_or_a_service_is_believed_sooner(confidence, decision):
    assert kind(confidence, is_ours=True) == decision


def test_in_a_conversation_it_is_answered_where_else_it_would_be_asked_back():
    assert kind(0.55, in_conversation=True) == ANSWER
