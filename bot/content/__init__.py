"""Answers as objects: reading, checking, looking up, reloading. Imports nothing of this project and no Rasa."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Where config.yml, domain.yml, data/ and models/ are."""

DATA = ROOT / "data"
"""Everything that staff edit: answers, example questions, names of services and substances."""

QUESTIONS = ROOT / "tests" / "questions"
"""Test questions, each with the answer that it should get."""
