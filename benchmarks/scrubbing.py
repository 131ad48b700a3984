"""Measures the scrubber on labelled sentences: how much of what tells who someone is goes, and how much else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.privacy.scrubbing import Found, Scrubber


@dataclass
class Score:
    """Counts for one kind: what is labelled, what of it is gone whatever it was called, and what was found wrongly."""

    labelled: int = 0
    gone: int = 0
    found: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float:
        """Return the share of what is labelled that is gone."""
        return self.gone / self.labelled if self.labelled else 1.0

    @property
    def precision(self) -> float:
        """Return the share of what was found that is labelled, as whatever kind."""
        return 1 - self.wrong / self.found if self.found else 1.0


def read_sentences(path: Path) -> Iterator[tuple[str, list[Found]]]:
    """Yield each sentence with what must go from it; `[[kind:words]]` marks that, and `#` begins a comment line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            text, labels = "", []
            for plain, kind, words in re.findall(r"(.*?)(?:\[\[([\w-]+):(.*?)\]\]|$)", line):
                text += plain
                if kind:
                    labels.append(Found(kind, len(text), len(text) + len(words)))
                    text += words
            yield text, labels


def measure(scrubber: Scrubber, sentences: Iterator[tuple[str, list[Found]]]) -> dict[str, Score]:
    """Return the scores by kind. A thing is gone if no letter or digit of it is left."""
    scores: dict[str, Score] = {}
    for text, labels in sentences:
        found = scrubber.find(text)
        for label in labels:
            score = scores.setdefault(label.kind, Score())
            score.labelled += 1
            score.gone += not _left_over(text, label, found)
        for one in found:
            score = scores.setdefault(one.kind, Score())
            score.found += 1
            score.wrong += not any(one.start < label.end and label.start < one.end for label in labels)
    return scores


def _left_over(text: str, label: Found, found: list[Found]) -> bool:
    return any(
        text[at].isalnum() and not any(one.start <= at < one.end for one in found)
        for at in range(label.start, label.end)
    )
