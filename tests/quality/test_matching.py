"""The matcher: what it is sure of, through typos, in other languages, and on anybody's data."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from pathlib import Path

import pytest

from bot.content import DATA, QUESTIONS
from bot.content.answers import Address
from bot.content.examples import example_questions
from bot.content.library import library
from bot.content.reply import Kind, Reply
from bot.conversation.messages import Said
from bot.evaluation.labelled import Labelled, read_questions
from bot.evaluation.metrics import calibration_error
from bot.evaluation.noise import in_lower_case, with_typos
from bot.evaluation.report import figures, reliability_of
from bot.matching.encoder_files import FULL_PRECISION_FILE
from bot.matching.pipeline import Pipeline
from tests.support import ROOT
from tests.support.server import run_bot

OTHER_LANGUAGES = ROOT / "tests" / "languages" / "messages.tsv"


def in_other_languages() -> list[tuple[str, str]]:
    lines = OTHER_LANGUAGES.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


def questions_but(left_out: str):
    return [q for q in read_questions([QUESTIONS]) if q.file != left_out]


def shown(question: Labelled) -> str:
    """Return a question's text for a failure; not that of a blind one."""
    return "a blind one" if question.is_blind else question.text


def intent_of(agent, text: str) -> str:
    return asyncio.run(agent.parse_message(text))["intent"]["name"]


def reply_to(assistant, text: str) -> Reply:
    return asyncio.run(assistant.reply(Said(f"matching-{text}", "test", text)))[0]


# How sure it is


def test_confidence_means_what_it_says(evaluated):
    assert calibration_error(reliability_of(evaluated)) <= 0.08


def test_every_confidence_is_a_probability(evaluated):
    assert all(0.0 <= result.got.confidence <= 1.0 for result in evaluated)


# Typos


def cost(evaluate, evaluated, typed, every: int) -> float:
    """Return how much typing a sample of the questions in some way takes off their top-1."""
    sample = questions_but("gibberish")[::every]
    same = {question.text for question in sample}
    as_they_stand = figures([result for result in evaluated if result.question.text in same])["top-1"].value
    return as_they_stand - figures(evaluate(sample, typed))["top-1"].value


def test_one_typo_per_eight_letters_costs_at_most_seven_points(evaluated, evaluate):
    assert cost(evaluate, evaluated, with_typos, every=12) <= 0.07


def test_small_letters_without_punctuation_cost_nothing(evaluated, evaluate):
    assert cost(evaluate, evaluated, in_lower_case, every=12) <= 0.005


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("waht is harm reducton", "faq/definition"),
        ("is ndle exchnge leagl", "service/needle_syringe_programmes#law"),
        ("where can i get naloxnoe", "service/overdose_prevention#find"),
    ],
)
def test_is_read_through_typos(assistant, typed, answer):
    assert reply_to(assistant, typed).answer == Address.parse(answer)


def test_the_same_question_always_gets_the_same_typos():
    assert with_typos("is drug checking legal in spain") == with_typos("is drug checking legal in spain")


# Other languages


def test_there_are_enough_messages_in_enough_languages():
    messages = in_other_languages()
    assert len(messages) >= 60
    assert len({language for language, _ in messages}) >= 15


def test_other_languages_are_recognised(agent):
    messages = in_other_languages()
    missed = [text for _, text in messages if intent_of(agent, text) != "not_english"]
    assert len(missed) <= 0.08 * len(messages), missed


def test_english_is_not_taken_for_another_language(evaluated, screened_messages):
    asked = [result for result in evaluated if result.question.file != "gibberish"]
    replies = [(shown(result.question), reply.text) for result in asked for reply in result.got.replies]
    replies += [(message.text, message.reply) for message in screened_messages]
    wrong = [text for text, reply in replies if reply == library().phrases["english_only"]]
    assert len(wrong) <= 0.005 * len(replies), wrong


def test_another_language_gets_one_kind_text_and_a_way_to_the_emergency_cards(assistant):
    reply = reply_to(assistant, "¿dónde puedo analizar mis pastillas?")
    targets = [str(button.target) for button in reply.buttons]
    assert (reply.kind, "English" in reply.text, targets) == (Kind.FALLBACK, True, ["urgent/overdose", "urgent/crisis"])


def test_danger_wins_over_language(assistant):
    assert reply_to(assistant, "mein freund overdose not breathing help help bitte").is_urgent


# Anybody's data


SHOP = {
    "opening": [
        "when do you open",
        "what are your opening hours",
        "are you open on sunday",
        "until when is the shop open",
    ],
    "return": ["how do i return my order", "can i send it back", "i want my money back", "what is your return policy"],
    "delivery": [
        "when will my parcel come",
        "how long does delivery take",
        "where is my order",
        "do you ship to france",
    ],
}


def write_table(file: Path, rows: list[tuple[str, str]]) -> str:
    with file.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([("sentence", "label"), *rows])
    return str(file)


@pytest.fixture
def tables(tmp_path):
    examples = [(text, label) for label, texts in SHOP.items() for text in texts]
    asked = [("at what time do you open", "opening"), ("how can i return this", "return"),
             ("how long is the delivery", "delivery"), ("tell me a joke about cats", "NONE")]  # fmt: skip
    return write_table(tmp_path / "train.csv", examples), write_table(tmp_path / "test.csv", asked)


def test_any_labelled_table_can_be_measured(tables):
    train, test = tables
    done = run_bot("evaluate", "--train", train, "--test", test, "--oos", "NONE")
    assert done.stdout.splitlines()[-1] == "MCC 1.000", done.stdout + done.stderr


def test_a_table_without_the_columns_is_refused_in_words(tables, tmp_path):
    (tmp_path / "wrong.csv").write_text("question;answer\n")
    done = run_bot("evaluate", "--train", str(tmp_path / "wrong.csv"), "--test", tables[1])
    assert (done.returncode, "should name the columns sentence and label" in done.stderr) == (1, True)


def test_what_is_like_no_example_is_out_of_scope_though_there_are_no_examples_of_that():
    pipeline = Pipeline([text for texts in SHOP.values() for text in texts], [k for k, v in SHOP.items() for _ in v])
    assert pipeline.decide("how tall is mount everest").kind == "fallback"


def test_one_example_for_each_label_does_not_make_it_answer_everything():
    pipeline = Pipeline([texts[0] for texts in SHOP.values()], list(SHOP))
    assert pipeline.decide("how tall is mount everest").kind == "fallback"
    assert pipeline.decide("when are you open").candidates[0].label == "opening"


def test_few_examples_are_enough_to_answer():
    """Twelve for each. A fifth of what it knew got "I don't know" when "none of these" had the same score for any data."""
    few = Counter()
    examples = []
    for label, text in example_questions(DATA / "nlu"):
        few[label] += 1
        if few[label] <= 12 and not label.startswith(("section/", "urgent/")):
            examples.append((text, label))
    pipeline = Pipeline(*zip(*examples, strict=True))
    known = [q for q in questions_but("gibberish") if q.wanted.answer_id in few][::10]
    inside = [q for q in known if not q.wanted.answer_id.startswith(("out_of_scope", "urgent/"))]
    fell_back = [q for q in inside if pipeline.decide(q.text).kind == "fallback"]
    assert len(fell_back) <= 0.12 * len(inside)


def test_full_precision_decides_alike():
    texts, labels = [text for texts in SHOP.values() for text in texts], [k for k, v in SHOP.items() for _ in v]
    asked = ["at what time do you open", "how can i return this", "how long is the delivery", "who won the cup"]
    quantised, full = Pipeline(texts, labels), Pipeline(texts, labels, encoder_file=FULL_PRECISION_FILE)
    assert [quantised.decide(text).candidates[0].label for text in asked] == [
        full.decide(text).candidates[0].label for text in asked
    ]
