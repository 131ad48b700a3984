"""What can be wrong with the names of services and substances: data/entities.yml."""

from __future__ import annotations

from collections.abc import Container, Iterator

from bot.content.problems import Problem
from bot.content.yaml_files import Document


def problems(document: Document, ids: Container[str]) -> Iterator[Problem]:
    """Yield names of services that there are no answers for, and names that mean two things."""
    meant: dict[str, str] = {}
    for kind, meanings in document.data.items():
        for value, words in meanings.items():
            if kind == "service" and value not in ids:
                yield document.problem((kind, value), f"there is no answer `{value}`. Check its spelling.")
            for index, word in enumerate(words):
                if word.lower() in meant:
                    message = f"{word!r} already means `{meant[word.lower()]}`. Keep one."
                    yield document.problem((kind, value, index), message)
                meant[word.lower()] = value
