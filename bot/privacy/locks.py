"""What replicas need of Redis besides conversations: that it writes nothing to disk, and locks that expire."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from weakref import WeakValueDictionary

import redis
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from redis.asyncio.lock import Lock

from bot.privacy.impatient_redis import SECONDS_TO_ANSWER, ImpatientRedis

SECONDS_UNTIL_A_LOCK_EXPIRES = 5
_SECONDS_BETWEEN_TRIES = 0.05
_PREFIX = "lock:"
_HOW_TO_START = "redis-server --save '' --appendonly no --slowlog-log-slower-than -1"


class RedisKeeps(Exception):
    """Redis can't be used as it is; the message says what to do."""


def check_redis(url: str) -> None:
    """Make sure that Redis answers and writes nothing to disk.

    Raises:
        RedisKeeps: it can't be reached, doesn't say, or writes.
    """
    try:
        server = redis.Redis.from_url(url, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER)
        settings = {**server.config_get("save"), **server.config_get("appendonly")}
    except redis.ResponseError as error:
        raise RedisKeeps(
            "Redis at REDIS_URL doesn't let its settings be read, so nobody can tell whether it writes to disk. "
            f"Allow CONFIG GET to this user, or use a Redis of your own: {_HOW_TO_START}"
        ) from error
    except (redis.RedisError, ValueError) as error:
        raise RedisKeeps(
            f"Redis at REDIS_URL can't be used ({type(error).__name__}). "
            f"Check the address and password in REDIS_URL, and that Redis runs: {_HOW_TO_START}"
        ) from error
    if settings != {"save": "", "appendonly": "no"}:
        raise RedisKeeps(
            f"Redis at REDIS_URL writes to disk (save {settings['save']!r}, appendonly {settings['appendonly']}), "
            f"so it would not forget. Start it without: {_HOW_TO_START}"
        )


class ForgetfulLockStore(LockStore):
    """Locks among processes: while one handles a conversation's message, no other handles one of the same conversation.

    Rasa's own RedisLockStore (rasa/core/lock_store.py) waits for Redis in the event loop, where all wait with it; it
    reads and writes a lock in two steps, between which another process comes in; and a process that dies leaves its
    lock for a minute. This one asks without blocking and takes a lock in one step. A lock expires within seconds unless
    its process renews it. Where Redis fails, messages of one conversation still wait for each other in this process.
    """

    def __init__(self, client: ImpatientRedis) -> None:
        super().__init__()
        self._redis = client
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncIterator[None]:
        """Hold a conversation's lock; `lock_lifetime` is how many seconds to wait for another process at most.

        Raises:
            LockError: another process has held the lock all that time.
        """
        async with self._here.setdefault(conversation_id, asyncio.Lock()):
            lock = await self._taken(conversation_id, lock_lifetime)
            if lock is None:
                yield
                return
            renewing = asyncio.create_task(_renew(lock))
            try:
                yield
            finally:
                renewing.cancel()
                with contextlib.suppress(redis.RedisError):
                    await lock.release()

    async def _taken(self, conversation_id: str, seconds: float) -> Lock | None:
        """Take a conversation's lock in Redis; None if Redis fails."""
        lock = Lock(
            self._redis,
            _PREFIX + conversation_id,
            timeout=SECONDS_UNTIL_A_LOCK_EXPIRES,
            sleep=_SECONDS_BETWEEN_TRIES,
            blocking_timeout=seconds,
        )
        try:
            is_taken = await lock.acquire()
        except redis.RedisError:
            return None
        if not is_taken:
            raise LockError("Another process has held a conversation's lock for too long.")
        return lock


async def _renew(lock: Lock) -> None:
    """Keep a lock from expiring, until cancelled or until Redis fails."""
    with contextlib.suppress(redis.RedisError):
        while True:
            await asyncio.sleep(SECONDS_UNTIL_A_LOCK_EXPIRES / 3)
            await lock.reacquire()
