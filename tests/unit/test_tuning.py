"""The encoder's tuning: what was learned is what the encoder is built with."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import load_file

from bot.matching.encoder import Encoder
from bot.matching.encoder_files import FULL_PRECISION_FILE, TUNING_FILE, encoder_folder
from bot.matching.held_out import is_held_out
from tools.build_encoder import WEIGHTS_FILE, checked_weights, tuned

TEXTS = ["what is drug checking", "my mate wont wake up and hes gone a funny colour", "hi"]


@pytest.fixture(scope="module")
def tool():
    """The tool that tunes: TensorFlow takes seconds to import."""
    from tools import tune_encoder

    return tune_encoder


def vectors_of(tool, weights):
    bert = tool.Bert(weights)
    lesson, _ = tool.Lessons(bert).of(TEXTS, ["a", "b", "c"])
    return bert.vectors(*tool.padded(lesson.hidden)).numpy()


def test_the_tool_reads_a_text_as_the_encoder_does(tool):
    encoder = Encoder(encoder_folder(), FULL_PRECISION_FILE)
    weights = tuned(load_file(checked_weights() / WEIGHTS_FILE))
    likeness = (vectors_of(tool, weights) * encoder.encode_all(TEXTS)).sum(1) / 2
    assert likeness == pytest.approx(1, abs=1e-3)


def test_the_published_weights_read_it_otherwise(tool):
    encoder = Encoder(encoder_folder(), FULL_PRECISION_FILE)
    weights = load_file(checked_weights() / WEIGHTS_FILE)
    likeness = (vectors_of(tool, weights) * encoder.encode_all(TEXTS)).sum(1) / 2
    assert likeness.max() < 0.95


def test_only_the_last_layers_are_changed():
    with np.load(TUNING_FILE) as changes:
        layers = {name.split(".")[2] for name in changes.files}
    assert layers == {"3", "4", "5"}


def test_about_one_text_in_eight_is_held_out():
    share = np.mean([is_held_out(f"question {number}") for number in range(4_000)])
    assert share == pytest.approx(1 / 8, abs=0.02)


def test_what_is_held_out_is_not_learned(tool):
    texts, _ = tool.topics()
    assert not any(map(is_held_out, texts))
