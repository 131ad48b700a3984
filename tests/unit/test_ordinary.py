"""The ordinary messages that the classifier learns from: whose conversations they are, and that no two parts share one."""

from __future__ import annotations

import pytest

from bot.matching import ordinary
from bot.matching.ordinary import BackgroundUnavailable, Part, ordinary_messages


@pytest.fixture(scope="module")
def conversations():
    """The conversations, read once."""
    return ordinary._conversations()


@pytest.fixture
def read(conversations, monkeypatch):
    monkeypatch.setattr(ordinary, "_conversations", lambda: conversations)
    return ordinary_messages


def test_no_conversation_is_in_two_parts():
    digits = [digit for part in Part for digit in part.value]
    assert len(digits) == len(set(digits))


@pytest.mark.parametrize(("part", "fewest"), [(Part.LEARN, 60_000), (Part.THRESHOLDS, 20_000), (Part.TEST, 40_000)])
def test_a_part_has_enough_messages(read, part, fewest):
    assert len(read(part)) >= fewest


def test_the_order_is_always_the_same(read):
    assert read(Part.THRESHOLDS)[:50] == read(Part.THRESHOLDS)[:50]


def test_a_message_is_there_once(read):
    messages = read(Part.THRESHOLDS)
    assert len(messages) == len(set(messages))


def test_without_the_package_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(ordinary, "PACKAGE", "no_such_package")
    with pytest.raises(BackgroundUnavailable, match="make install"):
        ordinary_messages(Part.TEST)
