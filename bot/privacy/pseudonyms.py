"""Names that mean nothing: what a conversation is called inside, instead of by a chat's id or a person's address."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

_SECONDS_A_DAY = 86_400


class DailyKey:
    """A secret that is another one every day (UTC), drawn at random, or made of one that replicas share.

    Nothing that is named by it outlives it: the stores forget at `seconds_left` at the latest.
    """

    def __init__(self, shared: str | None = None) -> None:
        self._shared = shared.encode() if shared else None
        self._day = -1
        self._key = b""

    def of_today(self) -> bytes:
        """Return today's key, 32 bytes. Yesterday's is gone."""
        day = int(time.time() // _SECONDS_A_DAY)
        if day != self._day:
            self._day = day
            self._key = _hash(self._shared, f"day {day}") if self._shared else secrets.token_bytes(32)
        return self._key

    @staticmethod
    def seconds_left() -> float:
        """Return how long today's key still holds."""
        return _SECONDS_A_DAY - time.time() % _SECONDS_A_DAY


_key = DailyKey()


def share_key(shared: str | None) -> None:
    """Make the daily key of this secret, so that every replica that has it gives the same names; None: at random."""
    global _key
    _key = DailyKey(shared)


def pseudonym(channel: str, channel_id: str) -> str:
    """Return what a conversation is called today: HMAC-SHA-256 (RFC 2104) of the channel's id, in hexadecimal."""
    return _hash(_key.of_today(), f"{channel}\0{channel_id}").hex()


def seal_key() -> bytes:
    """Return today's key for sealing what leaves this process's memory, 32 bytes."""
    return _hash(_key.of_today(), "seal")


def _hash(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
