"""The short list of words by which a page recognises danger when it can't reach the assistant."""

from __future__ import annotations

import pytest

from bot.danger import cards
from bot.danger.hints import hint, learned_hints, read_hints
from tests.support import ROOT

HINTS = read_hints()
MESSAGES = [line.split("\t") for line in (ROOT / "tests/danger/messages.tsv").read_text().splitlines()]


def share_found(urgent: bool) -> float:
    chosen = [text.split(" || ")[-1] for label, _, text in MESSAGES if (label != "no") == urgent]
    return sum(hint(text, HINTS) is not None for text in chosen) / len(chosen)


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("not breathing", cards.OVERDOSE),
        ("he's not breathing!!", cards.OVERDOSE),
        ("she wont wake up", cards.OVERDOSE),
        ("I can't wake him", cards.OVERDOSE),
        ("he took too much and passed out", cards.OVERDOSE),
        ("her lips are blue", cards.OVERDOSE),
        ("he is unconscious", cards.OVERDOSE),
        ("I want to die", cards.CRISIS),
        ("im going to kill myself", cards.CRISIS),
        ("suicidal", cards.CRISIS),
    ],
)
def test_the_plainest_words_of_danger_are_recognised(text, card):
    assert hint(text, HINTS) == card


@pytest.mark.parametrize(
    "text", ["what is drug checking?", "is naloxone free", "hello", "where can i get clean needles", ""]
)
def test_plain_questions_are_not_taken_for_danger(text):
    assert hint(text, HINTS) is None


def test_most_messages_in_danger_are_recognised():
    assert share_found(urgent=True) > 0.85


def test_few_near_misses_are_taken_for_danger():
    assert share_found(urgent=False) < 0.28


def test_the_list_is_the_one_that_the_data_of_today_makes():
    for card, today in learned_hints().items():
        words, known = (set(" ".join(one["words"].values()).split()) for one in (today, HINTS[card]))
        assert len(words & known) / len(words | known) >= 0.98, "Run: make docs"  # Processors round differently.
