"""Vectors that were worked out once aren't worked out again, and are the same."""

from __future__ import annotations

import numpy as np
import pytest

from bot.matching import known_vectors
from bot.matching.known_vectors import KnownVectors


class Counting:
    """An encoder that counts what it encodes."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, text: str) -> np.ndarray:
        self.texts.append(text)
        return np.full(768, len(text), dtype=np.float32)


@pytest.fixture
def kept(tmp_path):
    known = KnownVectors(Counting(), tmp_path)
    known.encode_all(["one", "three"])
    known.save()
    return tmp_path


def test_what_is_known_is_not_encoded_again(kept):
    encoder = Counting()
    KnownVectors(encoder, kept).encode_all(["three", "seven", "one"])
    assert encoder.texts == ["seven"]


def test_what_is_known_has_the_same_vectors(kept):
    assert KnownVectors(Counting(), kept).encode("three").tolist() == [5.0] * 768


def test_what_is_added_stands_beside_what_was_known(kept):
    more = KnownVectors(Counting(), kept)
    more.encode("seven")
    more.save()
    encoder = Counting()
    KnownVectors(encoder, kept).encode_all(["one", "three", "seven"])
    assert encoder.texts == []


def test_no_text_is_kept(kept):
    assert all(b"three" not in path.read_bytes() for path in kept.iterdir())


def test_too_many_start_over(kept, monkeypatch):
    monkeypatch.setattr(known_vectors, "MOST", 2)
    more = KnownVectors(Counting(), kept)
    more.encode("seven")
    more.save()
    assert KnownVectors(encoder := Counting(), kept).encode("one").tolist() == [3.0] * 768
    assert encoder.texts == ["one"]
