"""The encoder of other languages: its pieces, and what becomes of texts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from bot.languages import vectors
from bot.languages.pieces import Pieces
from bot.languages.vectors import layers_and_vectors
from bot.languages.weights import Weights, WeightsUnavailable, weights_file


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights(weights_file())


def test_a_text_is_taken_apart_into_the_pieces_that_the_publisher_has(weights):
    assert Pieces(weights).of("hello world") == [0, 41, 1294, 12, 33600, 31, 8999, 2]


def test_all_space_is_one_space(weights):
    pieces = Pieces(weights)
    assert pieces.of("  qué \n es\t") == pieces.of("qué es")


def test_a_letter_that_no_piece_has_is_one_unknown_piece(weights):
    assert Pieces(weights).of("\U00013000").count(weights.unknown) == 1


def test_a_long_text_is_cut(weights):
    assert len(Pieces(weights).of("más " * 500)) == 128


def test_what_cannot_be_built_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "CACHE", tmp_path)
    monkeypatch.setattr(
        vectors.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", "no weights")
    )
    with pytest.raises(WeightsUnavailable, match="no weights"):
        layers_and_vectors(["hola"])


def test_what_was_encoded_is_not_encoded_again(tmp_path, monkeypatch):
    class Counting:
        encoded: list[str] = []  # noqa: RUF012

        def __init__(self, layers: bytes) -> None:
            assert layers == b"layers"

        def encode(self, text: str) -> np.ndarray:
            self.encoded.append(text)
            return np.ones(384, np.float32)

    def built(command, **_):
        file = Path(command[-1])
        file.parent.mkdir(parents=True)
        file.write_bytes(b"layers")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(vectors, "CACHE", tmp_path)
    monkeypatch.setattr(vectors, "E5", Counting)
    monkeypatch.setattr(vectors.subprocess, "run", built)
    for texts in (["hola", "adiós"], ["hola", "gracias"]):
        layers, rows = layers_and_vectors(texts)
        assert (layers, rows.shape) == (b"layers", (2, 384))
    assert sorted(Counting.encoded) == ["adiós", "gracias", "hola"]
