"""Answers as objects: reading, checking, looking up, reloading. Imports nothing of this project and no Rasa."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
"""Everything that staff edit: answers, example questions, names of services and substances."""
