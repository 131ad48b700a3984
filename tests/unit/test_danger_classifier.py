"""The classifier for danger, on made-up messages and vectors."""

from __future__ import annotations

import numpy as np
import pytest

from bot.danger.cards import CRISIS, OVERDOSE
from bot.danger.classifier import DangerClassifier, Messages, Thresholds

CHILD = "urgent/child"
ORDINARY = Messages(
    [f"ordinary talk about lunch number {number}" for number in range(40)],
    np.zeros((40, 768), np.float32),
    ["no"] * 40,
)


def vectors(count: int) -> np.ndarray:
    found = np.random.default_rng(1).normal(size=(count, 768)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def own() -> Messages:
    kinds = [
        ("he is dying and blue", OVERDOSE),
        ("my toddler swallowed tablets", CHILD),
        ("i want to end my life", CRISIS),
        ("he laughs and sings", "no"),
    ]
    texts = [f"{words} {number}" for number in range(20) for words, _ in kinds]
    return Messages(texts, vectors(len(texts)), [label for _ in range(20) for _, label in kinds])


@pytest.fixture(scope="module")
def classifier(own) -> DangerClassifier:
    return DangerClassifier.train(own, ORDINARY)


def sense(classifier, own, number):
    return classifier.sense([(own.texts[number], own.vectors[number])])


def test_tells_danger_from_near_misses(classifier, own):
    margins = [sense(classifier, own, number).margin for number in range(len(own.texts))]
    assert min(margins[at] for at in range(len(margins)) if at % 4 != 3) > 0 > max(margins[3::4])


@pytest.mark.parametrize(("number", "card"), [(0, OVERDOSE), (1, CHILD), (2, CRISIS)])
def test_chooses_the_card_that_fits(classifier, own, number, card):
    assert sense(classifier, own, number).card == card


def test_takes_ordinary_messages_for_none(classifier):
    assert classifier.sense([(ORDINARY.texts[3], ORDINARY.vectors[3])]).margin < 0


def test_a_long_message_lies_halfway_between_the_whole_and_its_most_dangerous_piece(classifier, own):
    passages = [(own.texts[at], own.vectors[at]) for at in (3, 7, 0)]
    whole, harmless, danger = (classifier.sense([passage]).margin for passage in passages)
    assert classifier.sense(passages).margin == pytest.approx((whole + max(harmless, danger)) / 2, abs=1e-4)


def test_a_message_without_any_known_word_has_a_margin_too(classifier):
    assert np.isfinite(classifier.sense([("\u200b", np.zeros(768, np.float32))]).margin)


def test_what_was_saved_makes_the_same_of_a_message(classifier, own, tmp_path):
    classifier.thresholds = Thresholds(1.0, 0.5, 0.4, 0.3, -2.0)
    classifier.save(tmp_path)
    loaded = DangerClassifier.load(tmp_path)
    assert sense(loaded, own, 1) == sense(classifier, own, 1)
    assert loaded.thresholds == classifier.thresholds
