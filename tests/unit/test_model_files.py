"""Of the models on disk, the newest and the one before stay."""

from __future__ import annotations

import os

from bot.content.model_files import drop_old_models


def test_the_newest_stays_and_the_one_before_and_those_of_other_kinds(tmp_path):
    for age, name in enumerate(["assistant-new", "assistant-old-grown", "assistant-older", "languages-oldest"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    drop_old_models(tmp_path / "assistant-new")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "assistant-new",
        "assistant-old-grown",
        "languages-oldest",
    ]
