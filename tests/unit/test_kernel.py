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
LINEAR = Kernel(1.0, ((LETTERS, 0.5), (WORDS, 0.5)), lambda sums: sums, 16)


def vectors(count: int, size: int = 16) -> np.ndarray:
    found = np.random.default_rng(1).normal(size=(count, size)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def learned(ridge: float = 0.001) -> KernelRidge:
    wanted = np.eye(8, dtype=np.float32)
    return KernelRidge.learn(LINEAR, TEXTS, vectors(8), wanted, np.full(8, ridge))[0]


def test_with_a_small_ridge_examples_get_the_scores_that_they_should():
    assert np.abs(learned().scores(TEXTS, vectors(8)) - np.eye(8)).max() < 0.02


def test_with_a_large_ridge_no_example_bends_the_scores():
    assert np.abs(learned(ridge=1000.0).scores(TEXTS[:1], vectors(8)[:1])).max() < 0.01


def test_parts_of_the_matrix_make_the_same_as_the_whole(monkeypatch):
    whole = learned().scores(["find a bag"], vectors(8)[3:4])
    monkeypatch.setattr(kernel, "_AT_ONCE", 3)
    assert learned().scores(["find a bag"], vectors(8)[3:4]) == pytest.approx(whole, abs=1e-4)


def test_many_texts_at_once_score_what_each_does_alone():
    texts = ["find a bag", "?"]
    alone = [learned().scores([text], vectors(2)[at : at + 1])[0] for at, text in enumerate(texts)]
    assert learned().scores(texts, vectors(2)) == pytest.approx(np.array(alone), abs=1e-5)


def test_directions_that_the_examples_hardly_have_do_not_count():
    flat = Kernel(1.0, (), lambda sums: sums, axes=2)
    ridge, _, _ = KernelRidge.learn(
        flat, TEXTS, vectors(8) * [1, 1, *[0.01] * 14], np.eye(8, dtype=np.float32), np.full(8, 0.1)
    )
    assert ridge.scores(TEXTS[:1], np.eye(1, 16, 9, dtype=np.float32)) == pytest.approx(0, abs=0.05)


def test_what_was_kept_as_arrays_scores_the_same():
    again, asked = KernelRidge.of(LINEAR, learned().arrays()), (["test a pill"], vectors(8)[5:6])
    assert again.scores(*asked).tolist() == learned().scores(*asked).tolist()


def test_a_score_in_closed_form_is_what_training_without_the_example_gives():
    wanted = np.unique(LABELS, return_inverse=True)[1]
    one_hot = np.eye(2, dtype=np.float32)[wanted]
    rest = [at for at in range(8) if at != 2]
    bare = Kernel(1.0, (), lambda sums: sums, 16)  # Without n-grams, whose weights would change with the example.
    _, votes, factor = KernelRidge.learn(bare, TEXTS, vectors(8), one_hot, np.full(8, 0.3))
    without, _, _ = KernelRidge.learn(
        bare, [TEXTS[at] for at in rest], vectors(8)[rest], one_hot[rest], np.full(7, 0.3)
    )
    expected = without.scores(TEXTS[2:3], vectors(8)[2:3])[0]
    assert matcher._left_out(factor, votes, one_hot, np.array([2]))[0] == pytest.approx(expected, abs=1e-5)


def test_a_matcher_ranks_the_label_of_its_own_example_first():
    assert Matcher.train(TEXTS, vectors(8), LABELS).rank(TEXTS[4], vectors(8)[4])[0].label == "test"


def test_a_matchers_confidences_leave_room_for_none_of_these():
    ranking = Matcher.train(TEXTS, vectors(8), LABELS).rank("zzz", np.zeros(16, dtype=np.float32))
    assert sum(candidate.confidence for candidate in ranking) < 0.01


def test_a_label_with_few_examples_is_not_outvoted(monkeypatch):
    """It is asked for something that lies between them; without levelling, the one with many examples wins."""
    many, few = np.eye(2, 16, dtype=np.float32)
    examples = np.vstack([many + 0.1 * vectors(40), few + 0.1 * vectors(4)])
    labels, between = [*["many"] * 40, *["few"] * 4], ((many + few) / np.sqrt(2)).astype(np.float32)

    def likeliest() -> str:
        return Matcher.train([f"word{at}" for at in range(44)], examples, labels).rank("zzz", between)[0].label

    assert likeliest() == "few"
    monkeypatch.setattr(matcher, "LEVELLING", 0.0)
    assert likeliest() == "many"


def test_a_label_with_few_examples_may_be_left_as_it_is():
    learned_from = ((), TEXTS[2:], vectors(8)[2:], LABELS[2:])
    raised = Matcher.train_leaving_out(*learned_from)[0]
    left = Matcher.train_leaving_out(*learned_from, lambda label: label != "find")[0]
    asked = (TEXTS[2], vectors(8)[2])
    assert raised.rank(*asked)[0].confidence > left.rank(*asked)[0].confidence


def test_as_many_examples_for_each_label_leave_all_as_it_is():
    assert matcher._levels(np.array([12, 12, 12])).tolist() == [1, 1, 1]


def test_what_is_ranked_together_is_ranked_as_alone():
    found = Matcher.train(TEXTS, vectors(8), LABELS)
    texts = ["find a bag", "test it"]
    together = found.rank_each(texts, vectors(2))
    alone = [found.rank(text, vector) for text, vector in zip(texts, vectors(2), strict=True)]
    assert [[(one.label, pytest.approx(one.confidence, abs=1e-5)) for one in ranking] for ranking in alone] == [
        [(one.label, one.confidence) for one in ranking] for ranking in together
    ]


def test_what_is_added_later_is_known(tmp_path):
    """With a label of its own, too; and it is kept."""
    more = vectors(10)[8:]
    Matcher.train(TEXTS, vectors(8), LABELS).with_more(["lend a tent", "lend a bed"], more, ["lend", "lend"]).save(
        tmp_path
    )
    found = Matcher.load(tmp_path)
    assert [
        found.rank(text, vector)[0].label
        for text, vector in zip(["lend a tent", TEXTS[0]], [more[0], vectors(8)[0]], strict=True)
    ] == ["lend", "find"]


def test_what_is_added_later_scores_what_it_should_and_what_is_unlike_it_scores_as_before():
    axes = np.eye(16, dtype=np.float32)
    bare = Kernel(1.0, (), lambda sums: sums, 16)
    before, _, _ = KernelRidge.learn(bare, TEXTS, axes[:8], np.eye(8, dtype=np.float32), np.full(8, 0.3))
    after = before.with_more(["lend a tent"], axes[8:9], np.eye(1, 9, 8, dtype=np.float32), np.full(1, 0.001))
    assert after.scores(["lend a tent"], axes[8:9])[0, 8] == pytest.approx(1, abs=0.01)
    assert after.scores(TEXTS, axes[:8])[:, :8] == pytest.approx(before.scores(TEXTS, axes[:8]), abs=1e-6)
