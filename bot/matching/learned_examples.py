"""Which example questions a model has learned, so that it can be told which are new. Knows no Rasa."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Example = tuple[str, str]
"""The id of an answer, and a question for it."""
_BYTES = 8
_FILE = "examples.npy"


@dataclass(frozen=True)
class LearnedExamples:
    """Digests of example questions with their answers' ids: 8 bytes each."""

    digests: frozenset[bytes]

    @classmethod
    def of(cls, examples: Iterable[Example]) -> LearnedExamples:
        """Note which examples there are."""
        return cls(frozenset(map(_digest, examples)))

    def new_among(self, examples: Iterable[Example]) -> list[Example]:
        """Return the examples that weren't learned."""
        return [example for example in examples if _digest(example) not in self.digests]

    def all_among(self, examples: Collection[Example]) -> bool:
        """Return whether all that were learned are still there."""
        return self.digests <= set(map(_digest, examples))

    def save(self, folder: Path) -> None:
        """Write the digests into a folder."""
        np.save(folder / _FILE, np.frombuffer(b"".join(sorted(self.digests)), np.uint8).reshape(-1, _BYTES))

    @classmethod
    def load(cls, folder: Path) -> LearnedExamples:
        """Read what `save` wrote."""
        return cls(frozenset(digest.tobytes() for digest in np.load(folder / _FILE)))


def _digest(example: Example) -> bytes:
    return hashlib.blake2b("\0".join(example).encode(), digest_size=_BYTES).digest()
