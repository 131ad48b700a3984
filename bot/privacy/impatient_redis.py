"""A Redis client that nobody waits long for: after a failure it isn't asked for some seconds."""

from __future__ import annotations

import time
from typing import Any

import redis.asyncio

SECONDS_TO_ANSWER = 2
SECONDS_UNTIL_ASKED_AGAIN = 5


class ImpatientRedis(redis.asyncio.Redis):
    """Redis with a circuit breaker.

    A Redis that hangs costs one wait of `SECONDS_TO_ANSWER`. Until `SECONDS_UNTIL_ASKED_AGAIN` later every command
    fails at once, with `redis.ConnectionError`; then one command tries again, and the others go on failing at once
    until it succeeds.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_failing = False
        self._asked_again_at = 0.0

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command, and return its reply; every other method comes through here.

        Raises:
            redis.ConnectionError: Redis can't be reached, or failed a moment ago.
            redis.TimeoutError: Redis doesn't answer.
        """
        if time.monotonic() < self._asked_again_at:
            raise redis.ConnectionError("Redis failed a moment ago, so it isn't asked now.")
        if self._is_failing:
            self._pause()
        try:
            reply = await super().execute_command(*args, **options)
        except (redis.ConnectionError, redis.TimeoutError):
            self._is_failing = True
            self._pause()
            raise
        self._is_failing, self._asked_again_at = False, 0.0
        return reply

    def _pause(self) -> None:
        self._asked_again_at = time.monotonic() + SECONDS_UNTIL_ASKED_AGAIN


def connect(url: str) -> ImpatientRedis:
    """Return a client for a Redis; it connects when it is first used."""
    client: ImpatientRedis = ImpatientRedis.from_url(
        url, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER
    )
    return client
