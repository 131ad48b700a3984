"""What unit tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content import DATA


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy of all that staff edit, to break something in."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))
