"""The evaluation questions are not training questions, and the assistant does well enough on them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.content import DATA
from bot.content.checks import example_questions, plain_words
from bot.content.library import Library
from bot.evaluation.labelled import read_questions
from bot.evaluation.report import Result, figures

QUESTIONS = Path(__file__).parent / "questions"
FEWEST = 12
NEARLY_THE_SAME = 0.9
"""Cosine of letter 3-grams from which on two questions count as the same but for a typo."""


@pytest.fixture(scope="module")
def questions():
    return read_questions(sorted(QUESTIONS.glob("*.tsv")))


def test_no_question_is_also_an_example_or_nearly_one(questions):
    examples = [plain_words(text) for _, text in example_questions(DATA / "nlu")]
    asked = [plain_words(question.text) for question in questions]
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit(examples + asked)
    nearness = grams.transform(asked) @ grams.transform(examples).T
    best = nearness.argmax(axis=1).A1
    same = [
        f"{asked[index]!r} ~ {examples[example]!r}"
        for index, example in enumerate(best)
        if nearness[index, example] >= NEARLY_THE_SAME and len(asked[index].split()) > 2
    ]
    same += [text for text in asked if text in set(examples)]
    assert not same, "take these out of tests/questions:\n" + "\n".join(sorted(set(same)))


def test_every_answer_has_enough_questions(questions):
    counts = {answer.id: 0 for answer in Library() if not answer.button_only}
    for question in questions:
        counts[question.wanted.answer_id] += 1
    assert {answer_id: count for answer_id, count in counts.items() if count < FEWEST} == {}


@pytest.fixture(scope="module")
def results(evaluated) -> list[Result]:
    return evaluated


@pytest.mark.parametrize(
    "floor", yaml.safe_load((QUESTIONS / "floors.yml").read_text()), ids=lambda floor: floor["figure"]
)
def test_figure_keeps_its_floor(results, floor):
    value = figures(results)[floor["figure"]].value
    assert floor.get("least", 0.0) <= value <= floor.get("most", 1.0)
