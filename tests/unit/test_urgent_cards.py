"""What every emergency card has to hold to. Why: docs/safety-review.md."""

from __future__ import annotations

import re

import pytest

from bot.content.answers import Address
from bot.content.library import Library
from bot.danger.cards import CRISIS_CARDS
from bot.danger.urgent import urgent_reply
from tests.support import ROOT

MOST_WORDS = 100
CARDS = [answer for answer in Library() if answer.group == "urgent"]
GIVES_BREATHS = [card for card in CARDS if "1 every 5 seconds" in card.text or "1 breath every 5" in card.text]


def named(card) -> str:
    return card.id


def answer_text(answer_id: str) -> str:
    return Library()[answer_id].text


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_card_can_be_read_in_half_a_minute(card):
    assert len(card.text.split()) <= MOST_WORDS


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_card_sends_people_to_the_emergency_number(card):
    assert "emergency number" in card.text


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_card_leaves_the_numbers_to_the_line_above_it(card):
    assert re.findall(r"\b(?:112|999|911|988)\b", card.text + card.more) == []


@pytest.mark.parametrize("card", GIVES_BREATHS, ids=named)
def test_slow_and_gasping_breath_counts_as_not_breathing(card):
    assert re.search(r"[Ff]ewer than 2 breaths", card.text)
    assert re.search(r"[Gg]asping", card.text)


@pytest.mark.parametrize("card", GIVES_BREATHS, ids=named)
def test_a_card_with_rescue_breaths_follows_the_operator(card):
    assert "push on the chest" in card.text


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_nobody_is_told_to_rub_a_breastbone_in_the_first_answer(card):
    assert "breastbone" not in card.text


def test_nobody_in_withdrawal_is_told_to_take_naloxone():
    assert "Never take naloxone" in answer_text("support/opioid_withdrawal")


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_clinician_finds_each_card_on_the_page_of_the_review(card):
    assert f"`{card.id}`" in (ROOT / "docs/safety-review.md").read_text()


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_card_comes_with_a_number_before_a_country_is_chosen(card):
    assert all(number in urgent_reply(Address(card.id)).text for number in ("112", "999", "911"))


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_the_number_stands_alone_once_a_country_is_chosen(card):
    text = urgent_reply(Address(card.id), "gb").text
    assert ("999" in text, "112" in text, "911" in text) == (True, False, False)


@pytest.mark.parametrize("answer_id", sorted(CRISIS_CARDS))
def test_someone_in_crisis_reads_kind_words_first_and_the_lines_of_the_country_below(answer_id):
    text = urgent_reply(Address(answer_id), "gb").text
    assert text.startswith(Library()[answer_id].text[:40])
    assert "116 123" in text
