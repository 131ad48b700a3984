"""Sees to it that what was in memory isn't found there later, nor in a core dump."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import sys
from collections.abc import Mapping

_SECONDS = 2
_WIPING = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"}
_collecting: asyncio.TimerHandle | None = None


def never_dump_memory() -> None:
    """Make the system write no core file of this process.

    Zero would not stop a dump that is piped to a program; one stops both kinds (Linux, fs/coredump.c do_coredump).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))


def wipe_what_is_freed(environment: Mapping[str, str]) -> None:
    """Restart this program, unless it has been, so that memory is overwritten at the moment in which it is freed.

    Python's allocator leaves what is freed as it was. The C library's can overwrite it (mallopt(3), M_PERTURB), all but
    what it keeps at hand for each thread, so that is turned off. Costs a fifth of the replies. On Linux with glibc.
    """
    if not _WIPING.items() <= environment.items():
        os.execve(sys.executable, sys.orig_argv, {**environment, **_WIPING})  # noqa: S606  The same program.


def let_all_load() -> None:
    """Call before much is loaded that stays, and `settle` after: looking through it time and again is futile."""
    gc.disable()


def settle() -> None:
    """Call once all is loaded: from then on, only what came later is looked through for what nobody needs."""
    gc.collect()
    gc.freeze()
    gc.enable()


def settle_again() -> None:
    """Call once something large has taken the place of what was there at `settle`, and nobody is being answered.

    What people are saying at the time may stay until the next call, so go on calling it.
    """
    gc.unfreeze()
    settle()


def collect_soon() -> None:
    """Free what is forgotten but still holds on to itself in circles; many calls make one collection."""
    global _collecting
    if _collecting is None or _collecting.when() < asyncio.get_running_loop().time():
        _collecting = asyncio.get_running_loop().call_later(_SECONDS, gc.collect)
