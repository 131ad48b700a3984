"""What unit tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.small_content import copy_small_content


@pytest.fixture(scope="session")
def small_content(tmp_path_factory) -> Path:
    return copy_small_content(tmp_path_factory.mktemp("small") / "data")


@pytest.fixture
def data(small_content, tmp_path, monkeypatch) -> Path:
    """A copy of some of what staff edit, to break something in."""
    # Whether the rules find their messages takes seconds, and test_danger_rules.py looks at it.
    monkeypatch.setattr("bot.danger.rules.DangerRules.of", lambda folder: None)
    monkeypatch.setattr("bot.checking.danger._failures", lambda rules, document: [])
    return Path(shutil.copytree(small_content, tmp_path / "data"))
