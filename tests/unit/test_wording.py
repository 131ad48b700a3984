"""The check of words to avoid finds them in sentences as staff write them, and leaves other sentences alone."""

from __future__ import annotations

import pytest

from bot.checking.wording import Wording
from bot.content import SHIPPED
from bot.content.schema import read_as
from tests.support import ROOT

LINES = (ROOT / "tests/wording/sentences.tsv").read_text(encoding="utf-8").splitlines()
SENTENCES = [line.split("\t") for line in LINES if not line.startswith("#")]


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """The labels of the sentences in which the check finds something, and of the others."""
    wording = Wording(read_as("wording", SHIPPED / "language.yml").data)
    labels: dict[str, list[str]] = {"alarm": [], "none": []}
    for label, text in SENTENCES:
        labels["alarm" if any(wording.faults(text)) else "none"].append(label)
    return labels


def test_there_are_150_sentences_and_half_of_them_are_fine():
    labels = [label for label, _ in SENTENCES]
    assert len(labels) >= 150
    assert 70 <= labels.count("fine") <= len(labels) / 2 + 5


def test_it_finds_19_of_20_sentences_to_avoid(found):
    assert found["alarm"].count("avoid") >= 0.95 * sum(label == "avoid" for label, _ in SENTENCES)


def test_19_of_20_of_its_alarms_are_right(found):
    assert found["alarm"].count("avoid") >= 0.95 * len(found["alarm"])
