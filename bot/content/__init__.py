"""Answers as objects: reading, checking, looking up, reloading. Imports nothing of this project and no Rasa."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Where config.yml, domain.yml, data/ and models/ are."""

SHIPPED = ROOT / "data"
SHIPPED_QUESTIONS = ROOT / "tests" / "questions"

OWN: Path | None = None
"""The folder with an organisation's own content, if there is one: the setting CONTENT."""

DATA = SHIPPED
"""Everything that staff edit: answers, example questions, names of services and substances.

With an organisation's own content, it is a folder that `bot.content.own` makes of both.
"""

QUESTIONS = SHIPPED_QUESTIONS
"""Test questions, each with the answer that it should get."""


def use(content: str) -> None:
    """Take an organisation's own content into use. Called before anything else is imported; "" is none."""
    global OWN, DATA, QUESTIONS
    if content:
        OWN = Path(content).expanduser().resolve()
        name = hashlib.sha256(f"{ROOT}\0{OWN}".encode()).hexdigest()[:12]
        DATA = ROOT / ".cache" / "content" / name / "data"
        QUESTIONS = DATA.parent / "tests" / "questions"


def place_of(name: str) -> Path:
    """Return the folder below which a path of the project is found: data may lie elsewhere than the code.

    So may domain.yml, which names the groups of answers.
    """
    return DATA.parent if name.startswith("data/") or name == "domain.yml" else ROOT
