"""The encoder's tuning: what was learned is what the encoder is built with."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from bot.matching.encoder_files import TUNING_FILE
from bot.matching.held_out import is_held_out
from tests.support import ROOT

TOOL = """
import json
from safetensors.numpy import load_file
from bot.matching.encoder import Encoder
from bot.matching.encoder_files import FULL_PRECISION_FILE, encoder_folder
from bot.matching.held_out import is_held_out
from tools import tune_encoder as tool
from tools.build_encoder import WEIGHTS_FILE, checked_weights, tuned

texts = ["what is drug checking", "my mate wont wake up and hes gone a funny colour", "hi"]
encoded = Encoder(encoder_folder(), FULL_PRECISION_FILE).encode_all(texts)
published = load_file(checked_weights() / WEIGHTS_FILE)
found = {}
for name, weights in (("tuned", tuned(published)), ("published", published)):
    bert = tool.Bert(weights)
    lesson, _ = tool.Lessons(bert).of(texts, ["a", "b", "c"])
    found[name] = (bert.vectors(*tool.padded(lesson.hidden)).numpy() * encoded).sum(1).tolist()
found["held out"] = sum(map(is_held_out, tool.topics()[0]))
print(json.dumps(found))
"""
"""Prints how alike the tool's vectors and the encoder's are (2: the same), and how many held-out texts it would learn."""


@pytest.fixture(scope="module")
def tool():
    """What the tool says of itself, in a process of its own: serving, and so other tests, have a stand-in for TensorFlow."""
    done = subprocess.run([sys.executable, "-c", TOOL], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_the_tool_reads_a_text_as_the_encoder_does(tool):
    assert tool["tuned"] == pytest.approx([2, 2, 2], abs=2e-3)


def test_the_published_weights_read_it_otherwise(tool):
    assert max(tool["published"]) < 1.9


def test_what_is_held_out_is_not_learned(tool):
    assert tool["held out"] == 0


def test_only_the_last_layers_are_changed():
    with np.load(TUNING_FILE) as changes:
        layers = {name.split(".")[2] for name in changes.files}
    assert layers == {"3", "4", "5"}


def test_about_one_text_in_eight_is_held_out():
    share = np.mean([is_held_out(f"question {number}") for number in range(4_000)])
    assert share == pytest.approx(1 / 8, abs=0.02)
