"""What is wrong with the conversations that the model learns from."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from bot.content.answers import OUT_OF_SCOPE
from bot.content.problems import Problem
from bot.content.schema import read_folder


def problems(folder: Path, ids: Container[str]) -> Iterator[Problem]:
    """Yield what is wrong with the files of a folder: their shape, and answers that aren't there."""
    documents, broken = read_folder("conversation", folder)
    yield from broken
    for document in documents:
        for number, turn in enumerate(document.data["turns"]):
            for place, answer_id in enumerate(turn["about"]):
                if answer_id != OUT_OF_SCOPE and answer_id not in ids:
                    message = f"There is no answer `{answer_id}`. Correct the id, or add the answer."
                    yield document.problem(("turns", number, "about", place), message)
