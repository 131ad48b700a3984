"""How much may be asked: by one conversation, from one address, by all at once."""

from __future__ import annotations

import contextlib
import time

import pytest

from bot.conversation.limits import Full, Limits, TooMany, _network


def test_a_place_is_free_again_after_a_failure():
    limits = Limits(most_waiting=1)
    with contextlib.suppress(ZeroDivisionError), limits.place():
        raise ZeroDivisionError
    with limits.place(), pytest.raises(Full), limits.place():
        pass


def test_no_address_is_kept():
    limits = Limits()
    limits.count("someone", "192.0.2.7")
    assert "192.0.2.7" not in repr(limits._storage.storage)


def test_counts_are_forgotten(monkeypatch):
    limits, now = Limits(), time.time()
    limits.count("someone", "192.0.2.7")
    monkeypatch.setattr(time, "time", lambda: now + 61)
    limits.count("someone else")
    time.sleep(0.1)
    assert len(limits._storage.storage) == 1


def test_a_household_of_ipv6_counts_as_one():
    assert _network("2001:db8::1") == _network("2001:db8::ffff") != _network("2001:db8:0:1::1")


def test_a_conversation_is_counted_by_itself():
    limits = Limits(per_minute=1)
    limits.count("someone")
    limits.count("someone else")
    with pytest.raises(TooMany):
        limits.count("someone")
