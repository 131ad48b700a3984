"""Where a new message belongs: the files of data/danger/ whose messages are most like it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import yaml

from bot.content.yaml_files import Document, read
from bot.danger.messages import NOT_URGENT, labelled_messages
from bot.matching.ngrams import LETTERS, NgramLikeness

_LIKEST = 3
"""How many of a file's messages speak for it: one alone may be like any message by chance."""


def homes(text: str, documents: Iterable[Document], *, near_miss: bool = False) -> list[str]:
    """Return the files of signs and pairs, the likeliest home of a message (or near miss) first."""
    known = [
        message
        for document in documents
        for message in labelled_messages(document)
        if (message.label == NOT_URGENT) == near_miss
    ]
    by_file: dict[str, list[float]] = defaultdict(list)
    likeness = NgramLikeness.learn([message.text for message in known], LETTERS).likeness([text])[0]
    for message, alike in zip(known, likeness, strict=True):
        by_file[message.location.file].append(float(alike))
    return sorted(by_file, key=lambda file: -float(np.mean(sorted(by_file[file])[-_LIKEST:])))


def append(path: Path, key: str, text: str) -> int:
    """Add a text at the end of a list at the top of a file, and leave all else as it is; return the new line's number.

    Raises:
        BrokenFile: the file can't be read.
    """
    document = read(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    last = document.location((key, len(document.data[key]) - 1)).line
    end = next(_ends(document, last), len(lines) + 1) - 1
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
        end -= 1
    item: str = yaml.safe_dump([text], allow_unicode=True, width=float("inf"))
    lines.insert(end, f"  {item.rstrip()}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return end + 1


def _ends(document: Document, line: int) -> Iterator[int]:
    """Yield where the keys at the top of a file begin that come after a line."""
    return (document.location((key,)).line for key in document.data if document.location((key,)).line > line)
