"""A model is trained again when something that it is made of changes, and only then."""

from __future__ import annotations

import shutil

import pytest

from bot.rasa import sources
from bot.rasa.sources import COMPONENTS, MODEL, digest_of
from tests.support import ROOT


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of all that a model is made of."""
    for path in (path for pattern in MODEL for path in ROOT.glob(pattern)):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    monkeypatch.setattr(sources, "place_of", lambda _: tmp_path)
    return tmp_path


@pytest.mark.parametrize("pattern", MODEL)
def test_every_pattern_finds_something(pattern):
    assert list(ROOT.glob(pattern))


@pytest.mark.parametrize(
    "path",
    [
        "bot/matching/matcher.py", "bot/danger/rules.py", "data/danger/crisis/goodbye.yml", "data/entities.yml", "data/nlu/faq/crime.yml",
        "config.yml", "tools/build_encoder.py", "bot/rasa/importer.py",
    ],
)  # fmt: skip
def test_a_changed_file_means_another_model(copied, path):
    before = digest_of(MODEL)
    with (copied / path).open("a") as file:
        file.write("# changed\n")
    assert digest_of(MODEL) != before


def test_a_renamed_file_means_another_model(copied):
    before = digest_of(MODEL)
    (copied / "data/danger/crisis/goodbye.yml").rename(copied / "data/danger/crisis/zz.yml")
    assert digest_of(MODEL) != before


def test_an_answer_is_no_part_of_the_model(copied):
    before = digest_of(MODEL)
    (copied / "data/faq/chat").mkdir(parents=True)
    (copied / "data/faq/chat/greet.yml").write_text("text: hello\n")
    assert digest_of(MODEL) == before


def test_whatever_changes_a_component_changes_the_model():
    assert set(COMPONENTS) <= set(MODEL)
