"""A reply, and what its buttons lead to, survive the way through JSON."""

from __future__ import annotations

import pytest

from bot.content.answers import Address, Source
from bot.content.reply import Button, Choice, InCountry, Kind, Reply, distinct, target_of

REPLY = Reply(
    Kind.ANSWER,
    "Yes.",
    (Button("Is it legal?", Address("service/drug_checking", "law")), Button("None", Choice.NONE_OF_THESE)),
    Address("service/drug_checking", "what"),
    (Source("A source", "https://example.org"),),
    "2026-11-22",
)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("none", Choice.NONE_OF_THESE),
        ("country", Choice.COUNTRY),
        ("country/gb", InCountry("gb")),
        ("faq/crime", Address("faq/crime")),
        ("service/drug_checking#law", Address("service/drug_checking", "law")),
    ],
)
def test_a_target_reads_as_it_is_written(text, target):
    assert (target_of(text), str(target)) == (target, text)


@pytest.mark.parametrize("text", ["", "none#none", "../faq", "country/", "💥"])
def test_what_no_button_says_is_refused(text):
    with pytest.raises(ValueError, match="is not the address of an answer"):
        target_of(text)


def test_a_reply_is_the_same_after_json():
    assert Reply.of_json(REPLY.as_json()) == REPLY


def test_a_reply_that_shows_no_answer_has_no_address_in_json():
    assert set(Reply(Kind.CLARIFY, "Which?").as_json()) == {"kind", "text", "buttons"}


def test_the_first_of_two_buttons_for_the_same_target_stays():
    one, two, other = Button("One", Choice.COUNTRY), Button("Two", Choice.COUNTRY), Button("Three", InCountry("gb"))
    assert distinct([one, two, other]) == (one, other)
    assert distinct([one, other, two]) == (one, other)
