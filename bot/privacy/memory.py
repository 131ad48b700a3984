"""Sees to it that what was in memory isn't found there later, nor in a core dump."""

from __future__ import annotations

import asyncio
import gc
import resource

_SECONDS = 2
_collecting: asyncio.TimerHandle | None = None


def never_dump_memory() -> None:
    """Make the system write no core file of this process.

    Zero would not stop a dump that is piped to a program; one stops both kinds (Linux, fs/coredump.c do_coredump).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))


def settle() -> None:
    """Call once all is loaded: from then on, only what came later is looked through for what nobody needs."""
    gc.collect()
    gc.freeze()


def collect_soon() -> None:
    """Free what is forgotten but still holds on to itself in circles; many calls make one collection."""
    global _collecting
    if _collecting is None or _collecting.when() < asyncio.get_running_loop().time():
        _collecting = asyncio.get_running_loop().call_later(_SECONDS, gc.collect)
