"""What is found out about a message before anyone asks what it means: its words without typos, and its vectors."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.matching.encoder import Vectors
from bot.matching.names import Name, without_services
from bot.matching.questions import questions_in, uncorrected
from bot.matching.spelling import Spelling

LONG_WORDS, PIECE_WORDS = 30, 20
"""How many words a message has at most that is read as a whole only, and how many a piece has."""
MOST_QUESTIONS = 4
"""How many of a message's questions are read by themselves."""


@dataclass(frozen=True)
class Passage:
    """A text as it was typed and as it was read, with the vectors of both layers, shape (768,)."""

    typed: str = field(repr=False)
    read: str = field(repr=False)
    vectors: Vectors = field(repr=False)


@dataclass(frozen=True)
class Leaning:
    """A message read after what it may lean on: the title of what the conversation is on, and the message before."""

    on_topic: Passage
    joined: Passage


@dataclass(frozen=True)
class Reading:
    """A message as a whole, with "it" for each name of a service, and, if it is long, in pieces.

    Danger drowns in a long story, so it is looked for in each piece. `share_known` is the share of the message's words
    that the examples have. `leaning` is there if the conversation is on something, `questions` if the message asks
    several. No words are shown when this is printed.
    """

    whole: Passage
    nameless: Passage
    pieces: tuple[Passage, ...]
    share_known: float
    leaning: Leaning | None = None
    questions: tuple[Passage, ...] = ()

    def fingerprint(self) -> str:
        """Return a digest of words and vectors, in hex; Rasa's training cache asks for it."""
        digest = hashlib.sha256()
        for passage in (self.whole, self.nameless, *self.pieces):
            digest.update(f"{passage.typed}\0{passage.read}\0".encode() + passage.vectors.tobytes())
        return digest.hexdigest()


class Encodes(Protocol):
    """What makes vectors: the encoder, or one that remembers."""

    def encode(self, text: str) -> Vectors:
        """Return the vectors of one text: shape (768,)."""


class Reader:
    """Reads messages: puts typos right, then encodes."""

    def __init__(self, encoder: Encodes, spelling: Spelling) -> None:
        self._encoder = encoder
        self._spelling = spelling

    def encoding_with(self, encoder: Encodes) -> Reader:
        """Return a reader with the same words and another encoder."""
        return Reader(encoder, self._spelling)

    def read(self, text: str, names: Sequence[Name], title: str = "", before: str = "") -> Reading:
        """Read a message in which these names were found.

        Args:
            text: the message.
            names: the services and substances that it names.
            title: the title of what the conversation is on, if it is on anything.
            before: the message before.
        """
        meant = uncorrected(text)
        whole = dataclasses.replace(self._passage(meant), typed=text)
        nameless = without_services(text, names)
        return Reading(
            whole,
            whole if nameless == text else self._passage(uncorrected(nameless)),
            tuple(map(self._passage, pieces_of(text))),
            self._spelling.share_known(text),
            Leaning(*(self._passage(joined(first, meant)) for first in (title, before))) if title else None,
            tuple(map(self._passage, questions_in(text)[:MOST_QUESTIONS])),
        )

    def encode(self, text: str) -> Vectors:
        """Return the vectors of a text that is written as it is read: shape (768,)."""
        return self._encoder.encode(text)

    def _passage(self, text: str) -> Passage:
        read = self._spelling.read(text)
        return Passage(text, read, self._encoder.encode(read))


def joined(first: str, text: str) -> str:
    """Return a message after what it may lean on."""
    return f"{first} {text}".strip()


def pieces_of(text: str) -> list[str]:
    """Return the pieces of a long text, each overlapping the next by half; none of a short one."""
    words = text.split()
    if len(words) <= LONG_WORDS:
        return []
    step = PIECE_WORDS // 2
    return [" ".join(words[start : start + PIECE_WORDS]) for start in range(0, len(words) - step, step)]
