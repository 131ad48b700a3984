"""Questions that only a paragraph behind *Tell me more* answers get it first; written by a hand that saw only the answers."""

from __future__ import annotations

import functools

import pytest

from bot.content.library import library
from bot.content.passages import Passage, passages
from bot.matching.encoder import Encoder
from bot.matching.encoder_files import encoder_folder
from bot.matching.passages import passage_of
from bot.matching.spelling import normalise
from tests.support import ROOT

QUESTIONS = ROOT / "tests" / "passages" / "questions.tsv"
"""The answer, which paragraph of its `more` the question is about (0: of its text), and the question."""


@pytest.fixture(scope="module")
def found() -> list[tuple[str, str]]:
    """For each question the paragraph that is right, empty if the text itself is, and the one that was found.

    The few that a follow-up leads are left out: these questions are older than follow-ups.
    """
    encoder = Encoder(encoder_folder())
    vectors_of = functools.cache(lambda text: encoder.encode(normalise(text)))
    rows = []
    for line in QUESTIONS.read_text().splitlines():
        answer_id, number, question = line.split("\t")
        answer, read = library()[answer_id], normalise(question)
        right = [paragraph for paragraph in answer.more.split("\n\n") if paragraph.strip()]
        number_found = passage_of(read, encoder.encode(read), answer, vectors_of)
        shown = Passage("") if number_found is None else passages(answer)[number_found]
        wanted = right[int(number) - 1] if int(number) else ""
        if not shown.question:
            rows.append((wanted, shown.text))
    return rows


def test_few_first_questions_are_led_by_a_follow_up(found):
    assert len(found) >= 0.95 * len(QUESTIONS.read_text().splitlines())


def test_its_paragraph_is_found(found):
    about_more = [wanted in shown for wanted, shown in found if wanted]
    assert sum(about_more) / len(about_more) >= 0.72


def test_a_question_about_the_text_itself_is_left_alone(found):
    about_text = [bool(shown) for wanted, shown in found if not wanted]
    assert sum(about_text) / len(about_text) <= 0.15
