"""How much one person and one address may ask. Counted in memory, under names that mean nothing."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from collections.abc import Callable

from bot.privacy.pseudonyms import pseudonym

PRESSES_TO_A_MESSAGE = 3
"""So many times as many buttons may be pressed as messages typed: nothing has to be understood for them."""
_SECONDS = 60


class TooMany(Exception):
    """This person or address has asked more than the limit in this minute."""


class Limits:
    """The limits of one process. When a minute is over, all names are dropped and counting begins again.

    Args:
        per_minute: messages that a conversation may send in a minute.
        per_minute_and_address: the same for an address; many people may share one, so it is meant for floods.
        clock: what time it is, in seconds.
    """

    def __init__(
        self, per_minute: int = 20, per_minute_and_address: int = 120, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._per_minute_and_address = per_minute_and_address
        self._clock = clock
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def count(self, conversation: str, address: str | None = None, pressed: bool = False) -> None:
        """Count a message of a conversation, and of the address that it came from if that is known.

        Buttons that are pressed are counted by themselves: whoever looks around can still ask.

        Raises:
            TooMany: it is one too many.
        """
        minute = int(self._clock() // _SECONDS)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        counted = [(conversation, self._per_minute)]
        if pressed:
            counted = [(f"{conversation} pressed", self._per_minute * PRESSES_TO_A_MESSAGE)]
        if address:
            counted.append((sender(conversation, address), self._per_minute_and_address))
        self._counts.update(name for name, _ in counted)
        if any(self._counts[name] > most for name, most in counted):
            raise TooMany


def sender(conversation: str, address: str | None) -> str:
    """Return a name for whoever sent a message: that of the network if its address is known, or the conversation's."""
    return pseudonym("address", _network(address)) if address else conversation


def _network(address: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one: a household or server has all of those to itself.

    Sanic puts IPv6 addresses of `X-Forwarded-For` into brackets (sanic/headers.py fwd_normalize_address), and a socket
    for both kinds has IPv4 ones as `::ffff:192.0.2.7`. A zone (`%eth0`) only says which way the reply goes.
    """
    try:
        known = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
