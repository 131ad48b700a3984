"""Which updates are dealt with: only those may be confirmed, for Telegram keeps an update until then, and no longer."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

MOST_KEPT = 100
"""How many updates Telegram hands over at once, and so how many unconfirmed ones may be in front of a new one."""

_SECONDS_BETWEEN_SAME = 0.6
"""Whoever asks Telegram's server for the same updates again within half a second gets only the first of them."""
_MEMORY = Path("/dev/shm")  # noqa: S108  On Linux it is memory that outlives a process, and never a disk.


class Unfinished:
    """The ids of the updates that came and aren't confirmed, in the order in which they came.

    If the process is killed, Telegram hands them over again. The ids of those that were dealt with before an older one
    are therefore also in a file, which the next process reads: nobody is answered twice.

    If very many wait, the oldest are confirmed before they are dealt with: behind them may be someone in danger.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._done_before = _ids_in(file)
        self._updates: dict[int, asyncio.Event] = {}
        self._next = 0
        self._asked_for = -1

    def __contains__(self, update_id: object) -> bool:
        return update_id in self._updates

    @property
    def offset(self) -> int:
        """The id of the first update that Telegram has to keep; 0 for whichever is the first that it has."""
        return self._first() or self._next

    async def next_offset(self) -> int:
        """Return the offset to ask Telegram for; wait a little if it is the same as before and nothing is finished."""
        first = self._first()
        if first is not None and first == self._asked_for:
            await self.wait(first, _SECONDS_BETWEEN_SAME)
        self._asked_for = self.offset
        return self._asked_for

    def take(self, update_id: int) -> bool:
        """Take note that an update came, and return whether it has to be dealt with."""
        if update_id in self._updates:
            return False
        self._updates[update_id] = asyncio.Event()
        self._next = update_id + 1
        if len(self._updates) >= MOST_KEPT:
            self._drop(list(self._updates)[: MOST_KEPT // 2])
        if update_id in self._done_before:
            self.finish(update_id)
            return False
        return True

    def finish(self, update_id: int) -> None:
        """Take note that an update is dealt with."""
        if update_id in self._updates:
            self._updates[update_id].set()
            self._write()

    async def wait(self, update_id: int, seconds: float) -> None:
        """Wait until an update is dealt with or may be confirmed, but not for longer than so many seconds."""
        if update_id in self._updates:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._updates[update_id].wait(), seconds)

    def confirm(self, update_id: int) -> None:
        """Forget an update that Telegram doesn't keep any more."""
        self._drop([update_id])
        self._write()

    def confirm_before(self, offset: int) -> None:
        """Forget the updates that came before the one with this id."""
        ids = list(self._updates)
        self._drop(ids[: ids.index(offset)] if offset in self._updates else ids if offset == self._next else [])
        self._write()

    def _first(self) -> int | None:
        return next((update_id for update_id, finished in self._updates.items() if not finished.is_set()), None)

    def _drop(self, ids: list[int]) -> None:
        for update_id in ids:
            if update_id in self._updates:
                self._updates.pop(update_id).set()

    def _write(self) -> None:
        """Write down which updates are dealt with; where that can't be done, a kill may lead to a second answer."""
        if self._file is None:
            return
        done = [str(update_id) for update_id, finished in self._updates.items() if finished.is_set()]
        with contextlib.suppress(OSError):
            if not done:
                self._file.unlink(missing_ok=True)
                return
            new = self._file.with_suffix(".new")
            with open(new, "w", opener=_for_this_user_only) as opened:
                opened.write("\n".join(done))
            new.replace(self._file)


def file_of(bot: str) -> Path:
    """Return where the ids of a bot's updates are written: in memory, under a name that doesn't tell the bot's."""
    folder = _MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())
    return folder / f"updates-{hashlib.sha256(bot.encode()).hexdigest()[:32]}"


def _ids_in(file: Path | None) -> set[int]:
    with contextlib.suppress(OSError, ValueError):
        return set(map(int, file.read_text().split())) if file else set()
    return set()


def _for_this_user_only(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
