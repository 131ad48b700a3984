"""Questions in other languages, with made-up vectors in place of e5's."""

from __future__ import annotations

import numpy as np
import pytest

from bot.content.answers import OUT_OF_SCOPE
from bot.danger.cards import OVERDOSE
from bot.danger.verdict import Level, Verdict
from bot.languages.listening import Heard, Listener
from bot.languages.topic_examples import FEWEST_FOR_A_MIDDLE, Example, examples, with_vectors
from bot.languages.topics import Asked, Examples, TopicsAbroad
from bot.rasa.abroad import understood

LABELS = ("drug/mdma", "drug/ketamine", "law/driving", "chat/thanks", OUT_OF_SCOPE)
AXES = np.eye(8, dtype=np.float32)
SHIFTS = {"en": 3 * AXES[6], "es": 3 * AXES[7]}


def vector(*kinds: int, language: str = "es") -> np.ndarray:
    return sum(AXES[kind] for kind in kinds) + SHIFTS[language]


@pytest.fixture(scope="module")
def topics() -> TopicsAbroad:
    """What was learned of English examples alone; of Spanish only its middle is known."""
    rows = np.stack([vector(kind, language="en") for kind in range(len(LABELS)) for _ in range(3)])
    return TopicsAbroad.learn(Examples(rows, ["en"] * len(rows), np.repeat(LABELS, 3).tolist(), SHIFTS))


@pytest.mark.parametrize(("kind", "answer"), list(enumerate(LABELS[:-1])))
def test_a_question_finds_its_answer_by_examples_of_another_language(topics, kind, answer):
    assert topics.asked(vector(kind), "es").answers == (answer,)


def test_what_is_out_of_scope_finds_none(topics):
    assert topics.asked(vector(4), "es").answers == ()


def test_between_two_answers_both_are_offered(topics):
    assert set(topics.asked(vector(0, 1), "es").answers[:2]) == {"drug/mdma", "drug/ketamine"}


def test_no_more_than_three_are_offered(topics):
    assert len(topics.asked(vector(0, 1, 2, 3), "es").answers) == 3


@pytest.mark.parametrize(("may_be_danger", "count"), [(True, 1), (False, 3)])
def test_an_urgent_answer_is_only_given_to_someone_who_may_be_in_danger(may_be_danger, count):
    labels = (OVERDOSE, *LABELS[1:])
    rows = np.stack([vector(kind, language="en") for kind in range(len(labels)) for _ in range(3)])
    learned = TopicsAbroad.learn(Examples(rows, ["en"] * len(rows), np.repeat(labels, 3).tolist(), SHIFTS))
    assert len(learned.asked(vector(0), "es", may_be_danger).answers) == count


def test_what_was_learned_is_read_as_it_was_written(topics):
    assert TopicsAbroad.of(topics.arrays()).asked(vector(2), "es").answers == ("law/driving",)


@pytest.mark.parametrize(("count", "is_own"), [(FEWEST_FOR_A_MIDDLE - 1, False), (FEWEST_FOR_A_MIDDLE, True)])
def test_the_middle_of_a_language_is_that_of_its_questions_once_there_are_enough(count, is_own):
    found = [Example("x", "es", "drug/mdma")] * count
    centre = with_vectors(found, np.ones((count, 8), np.float32), {"es": np.zeros(8, np.float32)}).centres["es"]
    assert bool(centre.all()) == is_own


def test_each_answer_has_english_examples():
    found = {one.label for one in examples() if one.language == "en"}
    assert {"drug/ketamine", "faq/definition", "chat/thanks", OUT_OF_SCOPE} <= found


def test_the_questions_of_a_language_are_learned():
    assert Example("danke dir", "de", "chat/thanks") in examples()


def test_an_answer_is_understood_as_its_group():
    parsed = understood("qué es el éxtasis", Heard("es", answers=("drug/mdma",)))
    assert parsed["intent"]["name"] == "drug"
    assert parsed["response_selector"]["drug"]["ranking"][0]["intent_response_key"] == "drug/mdma"


def test_several_answers_are_asked_back_about():
    parsed = understood("pastillas", Heard("es", answers=("drug/mdma", "drug/benzos")))
    ranking = parsed["response_selector"]["clarify"]["ranking"]
    assert [entry["intent_response_key"] for entry in ranking] == ["drug/mdma", "drug/benzos"]


def test_what_may_be_meant_instead_is_half_as_likely():
    parsed = understood("qué es el éxtasis", Heard("es", answers=("drug/mdma",), near=("drug/ketamine", "drug/benzos")))
    ranking = parsed["response_selector"]["drug"]["ranking"]
    assert [entry["intent_response_key"] for entry in ranking] == ["drug/mdma", "drug/ketamine", "drug/benzos"]
    assert [entry["confidence"] for entry in ranking] == [0.5, 0.25, 0.25]


def test_danger_comes_before_any_answer():
    heard = Heard("es", Verdict(Level.URGENT, OVERDOSE), answers=("drug/mdma",))
    assert understood("se metió éxtasis y no respira", heard)["intent"]["name"] == "urgent"


def test_what_may_be_danger_is_asked_about_below_an_answer():
    heard = Heard("es", Verdict(Level.CHECK, OVERDOSE), answers=("drug/mdma",))
    parsed = understood("éxtasis", heard)
    assert (parsed["intent"]["name"], parsed["entities"][0]["entity"]) == ("drug", "danger")


class Part:
    """Stands for a part of what was learned."""

    def __init__(self, result: object = None) -> None:
        self.result = result

    def said(self, *_: object) -> object:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    language_of = encode = verdict = asked = said


def listening(**parts: object) -> Listener:
    listener = Listener(None)
    listener._learned = object()
    known = {"identifier": "es", "encoder": None, "danger": None, "topics": Asked(), **parts}
    for name, result in known.items():
        setattr(listener, f"_{name}", Part(result))
    return listener


def test_a_question_is_heard_with_its_answer():
    assert listening(topics=Asked(("drug/mdma",))).hear("qué es el éxtasis") == Heard("es", answers=("drug/mdma",))


def test_danger_is_heard_alone():
    verdict = Verdict(Level.URGENT, OVERDOSE)
    assert listening(danger=verdict, topics=ValueError()).hear("no respira") == Heard("es", verdict)


@pytest.mark.parametrize("failure", [KeyError("topics_labels"), MemoryError(), ValueError()])
def test_danger_is_heard_when_questions_cannot_be_matched(failure):
    verdict = Verdict(Level.CHECK, OVERDOSE)
    assert listening(danger=verdict, topics=failure).hear("está raro") == Heard("es", verdict)


@pytest.mark.parametrize(("language", "card"), [("tr", "urgent/crisis"), ("en", "urgent/self_harm")])
def test_an_urgent_answer_that_is_not_translated_gives_way_to_its_card(language, card):
    assert (
        understood("…", Heard(language, answers=("urgent/self_harm",)))["response_selector"]["urgent"]["ranking"][0][
            "intent_response_key"
        ]
        == card
    )
