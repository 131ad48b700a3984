"""The kernel machine, and what is built on it, on made-up vectors."""

from __future__ import annotations

import numpy as np
import pytest

from bot.matching import kernel, matcher
from bot.matching.kernel import Kernel, KernelRidge
from bot.matching.matcher import Matcher
from bot.matching.ngrams import LETTERS, WORDS

TEXTS = [
    f"{verb} my {thing} {place}"
    for verb in ("find", "test")
    for thing in ("pill", "bag")
    for place in ["here", "there"]
]
LABELS = ["find", "find", "find", "find", "test", "test", "test", "test"]
LINEAR = Kernel(1.0, ((LETTERS, 0.5), (WORDS, 0.5)), lambda sums: sums)


def vectors(count: int, size: int = 16) -> np.ndarray:
    found = np.random.default_rng(1).normal(size=(count, size)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def learned(ridge: float = 0.001) -> KernelRidge:
    wanted = np.eye(8, dtype=np.float32)
    return KernelRidge.learn(LINEAR, TEXTS, vectors(8), wanted, np.full(8, ridge))[0]


def test_with_a_small_ridge_examples_get_the_scores_that_they_should():
    scores = np.array([learned().scores(text, vector) for text, vector in zip(TEXTS, vectors(8), strict=True)])
    assert np.abs(scores - np.eye(8)).max() < 0.02


def test_with_a_large_ridge_no_example_bends_the_scores():
    assert np.abs(learned(ridge=1000.0).scores(TEXTS[0], vectors(8)[0])).max() < 0.01


def test_parts_of_the_matrix_make_the_same_as_the_whole(monkeypatch):
    whole = learned().scores("find a bag", vectors(8)[3])
    monkeypatch.setattr(kernel, "_AT_ONCE", 3)
    assert learned().scores("find a bag", vectors(8)[3]) == pytest.approx(whole, abs=1e-4)


def test_many_texts_at_once_score_what_each_does_alone():
    alone = [learned().scores(text, vector) for text, vector in zip(["find a bag", "?"], vectors(2), strict=True)]
    assert learned().scores_of_all(["find a bag", "?"], vectors(2)) == pytest.approx(np.array(alone), abs=1e-5)


def test_what_was_kept_as_arrays_scores_the_same():
    again = KernelRidge.of(LINEAR, learned().arrays())
    assert (
        again.scores("test a pill", vectors(8)[5]).tolist() == learned().scores("test a pill", vectors(8)[5]).tolist()
    )


def test_a_score_in_closed_form_is_what_training_without_the_example_gives():
    wanted = np.unique(LABELS, return_inverse=True)[1]
    one_hot = np.eye(2, dtype=np.float32)[wanted]
    rest = [at for at in range(8) if at != 2]
    bare = Kernel(1.0, (), lambda sums: sums)  # Without n-grams, whose weights would change with the example.
    _, votes, factor = KernelRidge.learn(bare, TEXTS, vectors(8), one_hot, np.full(8, 0.3))
    without, _, _ = KernelRidge.learn(
        bare, [TEXTS[at] for at in rest], vectors(8)[rest], one_hot[rest], np.full(7, 0.3)
    )
    expected = without.scores(TEXTS[2], vectors(8)[2])
    assert matcher._left_out(factor, votes, one_hot, np.array([2]))[0] == pytest.approx(expected, abs=1e-5)


def test_a_matcher_ranks_the_label_of_its_own_example_first():
    assert Matcher.train(TEXTS, vectors(8), LABELS).rank(TEXTS[4], vectors(8)[4])[0].label == "test"


def test_a_matchers_confidences_leave_room_for_none_of_these():
    ranking = Matcher.train(TEXTS, vectors(8), LABELS).rank("zzz", np.zeros(16, dtype=np.float32))
    assert sum(candidate.confidence for candidate in ranking) < 0.01
