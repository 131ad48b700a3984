"""Sees to it that what was in memory isn't found there later, nor in a core dump."""

from __future__ import annotations

import resource


def never_dump_memory() -> None:
    """Make the system write no core file of this process.

    Zero would not stop a dump that is piped to a program; one stops both kinds (Linux, fs/coredump.c do_coredump).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
