"""What replicas need of Redis besides conversations: that it writes nothing to disk, and locks that expire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import redis
from rasa.core.lock import TicketLock
from rasa.core.lock_store import DEFAULT_REDIS_LOCK_STORE_KEY_PREFIX, LOCK_LIFETIME, InMemoryLockStore, RedisLockStore

SECONDS_TO_ANSWER = 2
_HOW_TO_START = "redis-server --save '' --appendonly no --slowlog-log-slower-than -1"

_Result = TypeVar("_Result")


class RedisKeeps(Exception):
    """Redis can't be used as it is; the message says what to do."""


def check_redis(url: str) -> None:
    """Make sure that Redis answers and writes nothing to disk.

    Raises:
        RedisKeeps: it can't be reached, doesn't say, or writes.
    """
    server = redis.Redis.from_url(url, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER)
    try:
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


class ForgetfulLockStore(RedisLockStore):
    """Rasa's locks in Redis, with three differences.

    They expire (RedisLockStore.save_lock in rasa/core/lock_store.py saves them for ever, and a process that dies
    leaves them); it takes a URL; and where Redis fails, the locks of this process still let everybody be answered.
    """

    def __init__(self, url: str) -> None:
        self.red = redis.Redis.from_url(url, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER)
        self.key_prefix = DEFAULT_REDIS_LOCK_STORE_KEY_PREFIX
        self._here = InMemoryLockStore()

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """Return a conversation's lock, if there is one."""
        return _or_else(
            lambda: RedisLockStore.get_lock(self, conversation_id), lambda: self._here.get_lock(conversation_id)
        )

    def delete_lock(self, conversation_id: str) -> None:
        """Delete a conversation's lock."""
        self._here.delete_lock(conversation_id)
        _or_else(lambda: RedisLockStore.delete_lock(self, conversation_id), lambda: None)

    def save_lock(self, lock: TicketLock) -> None:
        """Save a lock until its last ticket has surely expired."""

        def save() -> Any:
            return self.red.set(self.key_prefix + lock.conversation_id, lock.dumps(), ex=2 * LOCK_LIFETIME)

        _or_else(save, lambda: self._here.save_lock(lock))


def _or_else(shared: Callable[[], _Result], here: Callable[[], _Result]) -> _Result:
    try:
        return shared()
    except redis.RedisError:
        return here()
