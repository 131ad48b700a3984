"""Shares work out among the machine's cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
FORK = multiprocessing.get_context("fork")
"""A forked process has all that this one has loaded, so it need not load the model."""


def on_all_cores(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> list[Result]:
    """Do the work on all items, shared out among as many processes as this worker has cores; keep their order."""
    cores = max(1, len(os.sched_getaffinity(0)) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    shares = [items[first::cores] for first in range(cores)]
    results: list[Result | None] = [None] * len(items)
    for first, done in enumerate(_done_in_processes(work, shares)):
        results[first::cores] = done
    return results


def _done_in_processes(work: Callable[[Sequence[Item]], list[Result]], shares: list[Sequence[Item]]) -> list:
    ends = []
    for share in shares:
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=lambda end, part: end.send(work(part)), args=(theirs, share), daemon=True)
        process.start()
        theirs.close()  # So that a process that dies is noticed: receiving then raises EOFError.
        ends.append((process, ours))
    done = [ours.recv() for _, ours in ends]
    for process, _ in ends:
        process.join()
    return done
