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
    """Read the files of a folder.

    Raises:
        BrokenFile: one of them can't be read.
    """
    return [read(path) for path in yaml_below(folder)]


def labelled_messages(document: Document) -> Iterator[Labelled]:
    """Yield the messages and near misses of a file: those of its signs, then those of its pairs."""
    for index, sign in enumerate(document.data.get("signs") or []):
        for key, label in (("messages", document.data["urgent"]), ("near_misses", NOT_URGENT)):
            for number, text in enumerate(sign.get(key) or []):
                yield Labelled(label, text, document.location(("signs", index, key, number)))
    for number, pair in enumerate(document.data.get("pairs") or []):
        location = document.location(("pairs", number))
        yield Labelled(pair["answer"], pair["message"], location)
        yield Labelled(NOT_URGENT, pair["near_miss"], location)
