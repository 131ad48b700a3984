"""Which examples the encoder wasn't tuned to: by them, training sees what a text scores that is new. Knows no Rasa."""

from __future__ import annotations

import hashlib

_OF = 8
"""One in so many is held out."""


def is_held_out(text: str) -> bool:
    """Return whether a text, as it is read (bot.matching.spelling), is kept from tools/tune_encoder.py."""
    return hashlib.blake2b(text.encode(), digest_size=1).digest()[0] % _OF == 0
