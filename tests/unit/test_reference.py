"""What a message refers to: itself, what the conversation is on, or nothing that is known."""

from __future__ import annotations

import pytest

from bot.content.answers import OUT_OF_SCOPE
from bot.matching.matcher import Candidate
from bot.matching.names import SUBSTANCE, Name
from bot.matching.reference import Context, Reference, Turn

TOPIC, OTHER = "service/drug_checking", "law/driving"
CONTEXT = Context(TOPIC, ("drug/mdma",), ("safety/test_strips",), "Drug checking", "where can i test a pill")


def ranking(*found: tuple[str, float]) -> list[Candidate]:
    return [Candidate(label, confidence) for label, confidence in found]


LEANS = (ranking(("section/cost", 0.3), (OTHER, 0.1)), ranking((TOPIC, 0.8)), ranking((TOPIC, 0.7)))
STANDS_ALONE = (ranking((OTHER, 0.9)), ranking((OTHER, 0.5), (TOPIC, 0.4)), ranking((OTHER, 0.6)))
STRANGE = (ranking((OUT_OF_SCOPE, 0.7)), ranking((OUT_OF_SCOPE, 0.5)), ranking((OUT_OF_SCOPE, 0.6)))
UNSURE = (ranking(("drug/ketamine", 0.3), (TOPIC, 0.3)), ranking((TOPIC, 0.6)), ranking((TOPIC, 0.5)))


def turn(text: str, rankings: tuple[list[Candidate], ...], *substances: str) -> Turn:
    return Turn(text, [Name(SUBSTANCE, name, 0, 1) for name in substances], CONTEXT, *rankings)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.learn(
        [
            (turn("is it free", LEANS), [TOPIC]),
            (turn("can i drive after a joint", STANDS_ALONE), [OTHER]),
            (turn("my dog likes football", STRANGE), [OUT_OF_SCOPE]),
            (turn("is it bad", UNSURE), [TOPIC]),
            (turn("is ketamine bad", UNSURE, "ketamine"), ["drug/ketamine"]),
        ]
        * 10
    )


@pytest.mark.parametrize(
    ("text", "rankings", "meant"),
    [
        ("what does it cost", LEANS, TOPIC),
        ("may i drive after a drink", STANDS_ALONE, OTHER),
        ("the cat prefers tennis", STRANGE, OUT_OF_SCOPE),
    ],
)
def test_a_message_is_read_alone_or_with_what_it_leans_on(reference, text, rankings, meant):
    assert reference.rank(turn(text, rankings))[0].label == meant


@pytest.mark.parametrize(("substances", "meant"), [((), TOPIC), (("ketamine",), "drug/ketamine")])
def test_a_message_that_names_a_drug_leans_less_on_what_was_said(reference, substances, meant):
    assert reference.rank(turn("is that bad", UNSURE, *substances))[0].label == meant


def test_confidences_add_up_to_one(reference):
    assert sum(one.confidence for one in reference.rank(turn("is it free", LEANS))) == pytest.approx(1)


def test_what_was_said_before_makes_no_message_urgent(reference):
    urgent = ranking(("urgent/child", 1.0))
    found = reference.rank(turn("is it free", (LEANS[0], urgent, urgent)))
    assert "urgent/child" not in {one.label for one in found}


def test_an_answer_that_the_conversation_was_on_may_be_meant_again(reference):
    assert "drug/mdma" in {one.label for one in reference.rank(turn("back to that", LEANS))}


def test_what_was_saved_ranks_as_before(reference, tmp_path):
    reference.save(tmp_path)
    loaded = Reference.load(tmp_path)
    assert loaded.rank(turn("is it free", LEANS)) == reference.rank(turn("is it free", LEANS))
