"""The parts of an answer that a question can be about."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bot.content.answers import MORE, Address, Answer, FollowUp
from bot.content.composing import focused, led_by, reply_of
from bot.content.library import library
from bot.content.passages import parts, passages, sentences
from bot.matching.passages import SentenceVectors, parts_of, passage_of

LIST = "It keeps you awake.\n\n- Not before bed.\n- Not with pills.\n\nAsk for help here:\n\n- a shop\n- a friend"
ANSWER = Answer(
    "drug/tea",
    "Tea",
    "A drink.",
    "It keeps you awake.",
    (),
    "2026-11-30",
    "project author",
    more="Pregnant people are told to drink less.\n\nFound a mouldy bag?\n\nThrow it away. [The shop](https://example.org) swaps it.",
)


def alike(text: str) -> np.ndarray:
    """Vectors that make all texts alike, so that only shared words count."""
    return np.full(768, 384**-0.5, dtype=np.float32)


def about(question: str, answer: Answer = ANSWER) -> int | None:
    return passage_of(question, alike(question), answer, alike)


def test_a_paragraph_that_only_leads_to_the_next_stays_with_it():
    assert [len(part.text.split("\n\n")) for part in passages(ANSWER)] == [1, 2]


def test_a_link_is_read_as_its_words():
    assert "The shop swaps it." in sentences(ANSWER.more)


@pytest.mark.parametrize(
    ("question", "number"),
    [("can pregnant people have it", 0), ("does the shop swap a mouldy bag", 1), ("does it keep you awake", None)],
)
def test_a_question_is_about_the_part_whose_words_it_shares(question, number):
    assert about(question) == number


def test_an_answer_without_more_has_no_other_part():
    assert about("can pregnant people have it", dataclasses.replace(ANSWER, more="")) is None


def test_the_vectors_of_an_answer_are_worked_out_beforehand(tmp_path):
    SentenceVectors.learn([ANSWER], lambda texts: np.stack([alike(text) for text in texts])).save(tmp_path)
    loaded = SentenceVectors.load(tmp_path)
    assert all(loaded.of(sentence, None) is not None for sentence in sentences(ANSWER.more))


def test_a_sentence_that_was_edited_since_is_worked_out_once():
    asked: list[str] = []

    def encode(text: str) -> np.ndarray:
        asked.append(text)
        return alike(text)

    vectors = SentenceVectors({})
    assert all(vectors.of("It's New.", encode) is not None for _ in range(2))
    assert asked == ["it's new"]


def test_the_passage_comes_first_and_the_answer_stays_whole():
    plain = reply_of(library(), Address("drug/nitazenes"))
    led = led_by(library(), plain, 1)
    assert led.text == f"{passages(library()['drug/nitazenes'])[1].text}\n\n{plain.text}"


def test_of_the_rest_of_an_answer_no_paragraph_is_lost():
    plain = reply_of(library(), Address("drug/nitazenes", MORE))
    led = led_by(library(), plain, 1)
    assert sorted(led.text.split("\n\n")) == sorted(plain.text.split("\n\n"))


def test_the_sources_of_both_parts_are_named_once():
    led = led_by(library(), reply_of(library(), Address("drug/nitazenes")), 1)
    urls = [source.url for source in led.sources]
    answer = library()["drug/nitazenes"]
    assert {source.url for part in (None, MORE) for source in answer.sources_of(part)} == set(urls)
    assert len(urls) == len(set(urls))


def test_a_passage_that_was_edited_away_is_not_missed():
    plain = reply_of(library(), Address("drug/nitazenes"))
    assert led_by(library(), plain, 99) == plain


def strange(text: str) -> np.ndarray:
    """Vectors that make no two texts alike."""
    vector = np.random.default_rng(sum(text.encode())).normal(size=768).astype(np.float32)
    return vector / np.linalg.norm(vector)


def test_each_item_of_a_list_is_a_part_but_not_of_one_that_a_line_leads_to():
    assert [part.text for part in parts(dataclasses.replace(ANSWER, text=LIST, more=""))] == [
        "It keeps you awake.", "- Not before bed.", "- Not with pills.", "Ask for help here:\n\n- a shop\n- a friend",
    ]  # fmt: skip


def test_a_follow_up_gets_the_part_that_fits_even_if_it_was_shown():
    answer = dataclasses.replace(ANSWER, text=LIST)
    (best,) = parts_of("with pills", strange("with pills"), answer, strange)
    assert parts(answer)[best].text == "- Not with pills."


def test_two_parts_that_fit_about_as_well_come_in_their_order():
    assert parts_of("anything", alike("anything"), ANSWER, alike) == [0, 1]


def test_if_nothing_fits_there_is_no_part():
    assert parts_of("can dogs swim", strange("can dogs swim"), ANSWER, strange) == []


def test_only_what_fits_is_shown():
    plain = reply_of(library(), Address("health/pregnancy"))
    answer = library()["health/pregnancy"]
    number = next(place for place, part in enumerate(parts(answer)) if part.text.startswith("- Your baby"))
    assert focused(library(), plain, [number]).text == parts(answer)[number].text.removeprefix("- ")


def test_a_part_that_was_edited_away_is_not_missed_either():
    plain = reply_of(library(), Address("drug/nitazenes"))
    assert focused(library(), plain, [99]) == plain


WITH_FOLLOW_UP = dataclasses.replace(ANSWER, follow_ups=(FollowUp("Can dogs swim?", "Most can."),))


def seen(text: str) -> np.ndarray:
    """Vectors that make texts alike that differ in capital letters and punctuation alone."""
    return strange(text.casefold().strip("?."))


def test_a_follow_up_is_found_by_its_question():
    (best,) = parts_of("can dogs swim", seen("can dogs swim"), WITH_FOLLOW_UP, seen)
    assert parts(WITH_FOLLOW_UP)[best].text == "Most can."


def test_a_follow_up_that_is_a_little_like_the_question_is_not_shown():
    assert (
        parts_of("can cats climb", seen("can cats climb"), dataclasses.replace(WITH_FOLLOW_UP, text="", more=""), seen)
        == []
    )


def test_of_a_service_only_follow_ups_are_parts():
    service = dataclasses.replace(WITH_FOLLOW_UP, sections={"cost": "It is free."})
    assert parts(service) == [("Most can.", "Can dogs swim?")]


def test_a_first_question_finds_it_too():
    number = passage_of("can dogs swim", seen("can dogs swim"), WITH_FOLLOW_UP, seen)
    assert passages(WITH_FOLLOW_UP)[number].text == "Most can."
