"""Ordinary messages of real people: what isn't danger, and isn't about harm reduction. Training and tests read them.

They are the conversations of the package chitchat-dataset (MIT; BYU Perception, Control and Cognition Lab), which is
pinned by its hash and never committed. Conversations are divided by the SHA-1 of their id, so that nothing of a
conversation is on two sides: what is learned, what sets thresholds, and what only tests read.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

PACKAGE = "chitchat_dataset"
MOST_WORDS = 60
"""Longer messages are left out."""
_SEED = 3


class Part(Enum):
    """A part of the conversations: the first hexadecimal digits of the SHA-1 of their ids. `c` to `f` stay unread."""

    LEARN = "012345"
    THRESHOLDS = "67"
    TEST = "89ab"


class BackgroundUnavailable(Exception):
    """The conversations aren't there; the message says what to do."""


def ordinary_messages(part: Part) -> list[str]:
    """Return the messages of a part, each once, in an order that is random but always the same.

    Raises:
        BackgroundUnavailable: the package isn't installed.
    """
    messages = list(dict.fromkeys(messages_of(part)))
    random.Random(_SEED).shuffle(messages)  # noqa: S311  Nothing to keep secret.
    return messages


def messages_of(part: Part) -> Iterator[str]:
    """Yield the messages of a part as they stand, some more than once.

    Raises:
        BackgroundUnavailable: the package isn't installed.
    """
    for key, conversation in _conversations().items():
        if hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[0] in part.value:
            for turn in conversation["messages"]:
                for message in turn if isinstance(turn, list) else [turn]:
                    words = message["text"].split()
                    if 1 <= len(words) <= MOST_WORDS:
                        yield " ".join(words)


def _conversations() -> dict[str, Any]:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise BackgroundUnavailable(
            f"The Python package {PACKAGE} with ordinary messages is not installed. Run 'make install'."
        )
    found: dict[str, Any] = json.loads((Path(spec.origin).parent / "dataset.json").read_text(encoding="utf-8"))
    return found
