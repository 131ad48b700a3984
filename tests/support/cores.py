"""Shares work out among the machine's cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
FORK = multiprocessing.get_context("fork")
"""A forked process has all that this one has loaded, so it need not load the model."""

_work: list[Callable] = []


def on_all_cores(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> list[Result]:
    """Do the work on all items, shared out among as many processes as this worker has cores; keep their order."""
    cores = max(1, len(os.sched_getaffinity(0)) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    results: list = [None] * len(items)
    with ProcessPoolExecutor(cores, FORK, initializer=_work.append, initargs=(work,)) as processes:
        shares = [list(items[first::cores]) for first in range(cores)]
        for first, done in enumerate(processes.map(_do, shares)):
            results[first::cores] = done
    return results


def _do(share: list) -> list:
    done: list = _work[-1](share)
    return done
