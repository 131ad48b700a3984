"""How much one person, one address and all together may ask. Counted in memory, under names that mean nothing."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.privacy.pseudonyms import pseudonym

PRESSES_TO_A_MESSAGE = 3
"""So many times as many buttons may be pressed as messages typed: nothing has to be understood for them."""
URGENT_SHARE = 2
"""So many times as many urgent messages may wait as others: one who needs help may come in when it is full."""


class TooMany(Exception):
    """This person or address has asked more than the limit in this minute."""


class Full(Exception):
    """Too many messages are being answered at this moment."""


class Limits:
    """The limits of one process.

    Args:
        per_minute: messages that a conversation may send in a minute.
        per_minute_and_address: the same for an address; many people may share one, so it is meant for floods.
        most_waiting: messages that are answered or wait at one time.
    """

    def __init__(self, per_minute: int = 20, per_minute_and_address: int = 120, most_waiting: int = 50) -> None:
        # Its other strategy, the moving window, never drops a name (limits/storage/memory.py __expire_events).
        self._storage = MemoryStorage()  # The limiter itself holds it by a weak reference only.
        self._counts = FixedWindowRateLimiter(self._storage)
        self._per_person = RateLimitItemPerMinute(per_minute)
        self._presses = RateLimitItemPerMinute(per_minute * PRESSES_TO_A_MESSAGE, namespace="presses")
        self._per_address = RateLimitItemPerMinute(per_minute_and_address)
        self._most_waiting = most_waiting
        self._waiting = 0

    def count(self, conversation: str, address: str | None = None, pressed: bool = False) -> None:
        """Count a message of a conversation, and of the address that it came from if that is known.

        Buttons that are pressed are counted by themselves: whoever looks around can still ask.

        Raises:
            TooMany: it is one too many.
        """
        names: list[tuple[RateLimitItem, str]] = [(self._presses if pressed else self._per_person, conversation)]
        if address:
            names.append((self._per_address, pseudonym("address", _network(address))))
        within = [self._counts.hit(limit, name) for limit, name in names]
        if not all(within):
            raise TooMany

    @contextmanager
    def place(self, urgent: bool = False) -> Iterator[None]:
        """Hold a place among those who are being answered.

        Raises:
            Full: there is none.
        """
        if self._waiting >= self._most_waiting * (URGENT_SHARE if urgent else 1):
            raise Full
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1


def _network(address: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one: a household or server has all of those to itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address
