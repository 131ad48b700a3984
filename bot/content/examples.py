"""Example questions: data/nlu/<id>.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.content.problems import Location, Problem
from bot.content.schema import read_folder
from bot.content.yaml_files import Document

DASH = "- "
"""What each example's line begins with."""
_WORDS = re.compile(r"[^\W_]+")


class Line(NamedTuple):
    """A line below `examples: |`: the id of its block, what is written, and where."""

    answer_id: str
    text: str
    location: Location


def example_questions(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each example question below a folder with its id; files that can't be read are passed over."""
    for line in read_lines(folder)[0]:
        if line.text.startswith(DASH):
            yield line.answer_id, line.text.removeprefix(DASH).strip()


def read_lines(folder: Path) -> tuple[list[Line], list[Problem]]:
    """Read the lines of all blocks below a folder, and what is wrong with files that can't be used."""
    documents, problems = read_folder("examples", folder)
    return [line for document in documents for line in _lines(document)], problems


def _lines(document: Document) -> Iterator[Line]:
    for index, block in enumerate(document.data["nlu"]):
        location = document.location(("nlu", index, "examples"))
        for number, text in enumerate(block["examples"].splitlines(), start=location.line + 1):
            if text.strip():
                yield Line(block["intent"], text, Location(document.file, number))


def plain_words(text: str) -> str:
    """Return a question in small letters and without punctuation, to compare it with others."""
    return " ".join(_WORDS.findall(text.lower().replace("'", ""))) or text
