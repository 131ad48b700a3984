"""What staff write down about danger: the files of data/danger/, and the labelled messages in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.content import DATA
from bot.content.problems import Location
from bot.content.yaml_files import Document, read, yaml_below

DANGER = DATA / "danger"
NOT_URGENT = "no"
"""The label of near misses."""


class Labelled(NamedTuple):
    """A message, the urgent answer that it needs (`no` for near misses), and where it stands."""

    label: str
    text: str
    location: Location


def danger_documents(folder: Path = DANGER) -> list[Document]:
    """Read the files below a folder.

    Raises:
        BrokenFile: one of them can't be read.
    """
    return [read(path) for path in yaml_below(folder)]


def labelled_messages(document: Document) -> Iterator[Labelled]:
    """Yield the messages and near misses of a file, which holds a sign or pairs; none if it holds something else."""
    answer = document.data.get("answer")
    for key, label in (("messages", answer), ("near_misses", NOT_URGENT)):
        for number, text in enumerate(document.data.get(key) or []):
            yield Labelled(label, text, document.location((key, number)))
    for number, pair in enumerate(document.data.get("pairs") or []):
        for key, label in (("message", answer), ("near_miss", NOT_URGENT)):
            yield Labelled(label, pair[key], document.location(("pairs", number, key)))
