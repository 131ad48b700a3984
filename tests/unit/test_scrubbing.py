"""The scrubber, on labelled sentences; and who is told that names aren't needed."""

from __future__ import annotations

import pytest

from benchmarks.scrubbing import measure, read_sentences
from bot.content import QUESTIONS
from bot.conversation.notice import Notice
from bot.evaluation.labelled import read_questions
from bot.privacy.scrubbing import Scrubber
from bot.serve import _names_of_things
from tests.support import ROOT

SENTENCES = ROOT / "tests/privacy/scrubbing.txt"
RECALL = {"name": 0.85, "place": 0.85, "phone": 0.95, "e-mail": 0.95, "handle": 0.9, "link": 0.95,
          "address": 0.9, "date": 0.9, "number": 0.9}  # fmt: skip
PRECISION = 0.9


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(_names_of_things())


@pytest.fixture(scope="module")
def scores(scrubber):
    measured = measure(scrubber, read_sentences(SENTENCES))
    for kind, score in measured.items():
        print(f"{kind:<8} {score.labelled:>4} recall {score.recall:.2f} precision {score.precision:.2f}")
    return measured


def test_there_are_at_least_200_sentences():
    assert len(list(read_sentences(SENTENCES))) >= 200


@pytest.mark.parametrize("kind", RECALL)
def test_what_tells_who_somebody_is_goes(scores, kind):
    assert scores[kind].recall >= RECALL[kind]


@pytest.mark.parametrize("kind", RECALL)
def test_what_does_not_tell_stays(scores, kind):
    assert scores[kind].precision >= PRECISION


def test_a_scrubbed_text_says_what_was_there(scrubber):
    assert scrubber.scrub("my name is kevin, ring 07700 900123") == "my name is [name], ring [phone]"


def test_words_are_not_kept_by_spacy(scrubber):
    from bot.privacy.scrubbing import _engine

    scrubber.scrub("Ask Qxvbnmtrewq about it")
    assert "Qxvbnmtrewq" not in _engine().nlp_engine.nlp["en"].vocab.strings


async def test_who_shares_a_number_is_told_once():
    notice = Notice()
    assert [await notice.is_due("somebody", "ring 07700 900123") for _ in range(2)] == [True, False]


async def test_who_shares_nothing_is_not_told():
    assert not await Notice().is_due("somebody", "is drug checking legal")


async def test_each_conversation_is_told():
    notice = Notice()
    assert [await notice.is_due(who, "my name is kevin") for who in ("somebody", "somebody else")] == [True, True]


def test_hardly_any_question_is_taken_for_telling(scrubber):
    questions = read_questions([QUESTIONS])
    told = [question.text for question in questions if scrubber.tells(question.text)]
    assert len(told) <= len(questions) / 100, told
