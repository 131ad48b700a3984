"""The evaluation questions are not training questions, and the assistant does well enough on them."""

from __future__ import annotations

import pytest
import yaml

from bot.content import DATA, QUESTIONS
from bot.content.examples import example_questions
from bot.content.library import Library
from bot.content.reply import Kind
from bot.conversation.explain import Asked
from bot.evaluation.labelled import read_questions
from bot.evaluation.report import Result, confusions, figures, top_1_by_folder
from tests.support.copies import nearly_the_same

FEWEST = 12


@pytest.fixture(scope="module")
def questions():
    return read_questions([QUESTIONS])


def test_no_question_is_also_an_example_or_nearly_one(questions):
    examples = [text for _, text in example_questions(DATA / "nlu")]
    assert nearly_the_same([question.text for question in questions], examples) == []


def test_every_answer_has_enough_questions(questions):
    counts = {answer.id: 0 for answer in Library() if not answer.button_only}
    for question in questions:
        counts[question.wanted.answer_id] += 1
    assert {answer_id: count for answer_id, count in counts.items() if count < FEWEST} == {}


def test_mix_ups_show_no_words_of_the_blind_questions(questions):
    mixed_up = [q for q in questions if q.is_blind and q.wanted.answer_id != "chat/greet"]
    results = [Result(q, Asked(q.text, "chat/greet", None, 1.0, Kind.ANSWER)) for q in mixed_up]
    assert {example for *_, example in confusions(results)} == {"a blind one"}


@pytest.fixture(scope="module")
def results(evaluated) -> list[Result]:
    return evaluated


@pytest.mark.parametrize(
    "floor", yaml.safe_load((QUESTIONS / "floors.yml").read_text()), ids=lambda floor: floor["figure"]
)
def test_figure_keeps_its_floor(results, floor):
    by_folder = {f"top-1 in {name}": right for name, right in top_1_by_folder(results).items()}
    value = {**figures(results), **by_folder}[floor["figure"]].value
    assert floor.get("least", 0.0) <= value <= floor.get("most", 1.0)
