"""How much may be asked: by one conversation, and from one address."""

from __future__ import annotations

import pytest

from bot.conversation.limits import Limits, TooMany, sender


def test_no_address_is_kept():
    limits = Limits()
    limits.count("someone", "192.0.2.7")
    assert "192.0.2.7" not in repr(vars(limits))


def test_counts_are_forgotten_after_a_minute():
    now = [0.0]
    limits = Limits(per_minute=1, clock=lambda: now[0])
    limits.count("someone")
    now[0] = 61
    limits.count("someone else")
    assert "someone" not in limits._counts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::ffff"),
        ("[2001:db8::1]", "[2001:db8::ffff]"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("192.0.2.7", "::ffff:192.0.2.7"),
        ("192.0.2.7", "[::ffff:192.0.2.7]"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_one_household_counts_as_one(one, other):
    assert sender("one", one) == sender("other", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8:0:1::1"),
        ("[2001:db8::1]", "[2001:db8:0:1::1]"),
        ("192.0.2.7", "192.0.2.8"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8"),
        ("_hidden", "_other"),
    ],
)
def test_two_households_count_as_two(one, other):
    assert sender("someone", one) != sender("someone", other)


def test_who_comes_without_an_address_goes_by_the_conversation():
    assert sender("someone", None) == "someone"


def test_a_conversation_is_counted_by_itself():
    limits = Limits(per_minute=1)
    limits.count("someone")
    limits.count("someone else")
    with pytest.raises(TooMany):
        limits.count("someone")
