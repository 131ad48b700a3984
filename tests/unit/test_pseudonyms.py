"""A conversation's name inside tells nothing about the chat, and is another one tomorrow."""

from __future__ import annotations

import re
import time

import pytest

from bot.privacy import pseudonyms
from bot.privacy.pseudonyms import DailyKey, pseudonym, share_key

TOMORROW = 86_400


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setattr(pseudonyms, "_key", DailyKey())


def test_it_is_a_hash():
    assert re.fullmatch("[0-9a-f]{64}", pseudonym("telegram", "12345"))


def test_it_stays_the_same_today():
    assert pseudonym("telegram", "12345") == pseudonym("telegram", "12345")


def test_the_same_id_on_another_channel_is_another_name():
    assert pseudonym("telegram", "12345") != pseudonym("web", "12345")


@pytest.mark.parametrize("shared", [None, "s" * 32], ids=["random", "shared"])
def test_it_is_another_one_tomorrow(shared, monkeypatch):
    share_key(shared)
    today, now = pseudonym("telegram", "12345"), time.time()
    monkeypatch.setattr(time, "time", lambda: now + TOMORROW)
    assert pseudonym("telegram", "12345") != today


def test_another_start_gives_another_name():
    before = pseudonym("telegram", "12345")
    share_key(None)
    assert pseudonym("telegram", "12345") != before


def test_replicas_with_the_same_secret_give_the_same_name():
    share_key("s" * 32)
    before = pseudonym("telegram", "12345")
    share_key("s" * 32)
    assert pseudonym("telegram", "12345") == before
