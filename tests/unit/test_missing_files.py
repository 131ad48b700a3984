"""What is needed and isn't there, or has no room, is named before anyone waits for it."""

from __future__ import annotations

import errno

import pytest

from bot.channels.web.pages import WEB, missing_files
from bot.checking import report
from bot.cli import loading
from bot.cli.failed import Failed
from bot.rasa import training


@pytest.mark.parametrize("name", ["config.yml", "data/danger", "data/conversations", "data/places.yml", "data/nlu"])
def test_training_misses(monkeypatch, tmp_path, name):
    monkeypatch.setattr(training, "place_of", lambda _: tmp_path)
    assert name in training.missing_files()


def test_the_pages_have_all_their_files():
    assert missing_files() == []


SERVED = sorted(
    path for p in WEB.rglob("*") if p.is_file() and (path := p.relative_to(WEB)).parts[0] not in ("npm", "preview")
)


@pytest.mark.parametrize("path", SERVED, ids=str)
def test_the_pages_miss_each_of_their_files(tmp_path, path):
    assert f"{tmp_path.name}/{path}" in missing_files(tmp_path)


@pytest.mark.parametrize("wrapped", [False, True])
def test_training_on_a_full_disk_says_where_room_is_needed(monkeypatch, tmp_path, wrapped):
    def full() -> None:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise (RuntimeError("in Rasa") if wrapped else error) from error

    monkeypatch.setattr(training, "train", full)
    monkeypatch.setattr(training, "current_model", lambda: tmp_path / "none")
    monkeypatch.setattr(report, "check", lambda: report.Report())
    with pytest.raises(Failed, match=r"The disk is full.*models/"):
        loading.trained_model()
