"""How pytest-xdist shares the tests out: what is shared is made once, and what is timed has the machine to itself."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support import ROOT

ALONE = "alone"
SECONDS = {"browser": 1.0, "server": 0.3}
"""About how long a test with such a mark takes."""
QUALITY = "tests/quality/"
"""Where most questions are asked, which takes longest: workers begin with these files."""
SAME_QUESTIONS = tuple(f"{QUALITY}test_{name}.py" for name in ("danger", "matching", "questions"))
"""They read what was asked once, so one worker has them all."""


class ByWhatIsShared(LoadScopeScheduling):
    """Gives a worker one file at a time, in the order of the collection; SAME_QUESTIONS count as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return QUALITY if file in SAME_QUESTIONS else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Half as many again as there are processors, since a third of the time is waiting; four at most."""
    return min(4, len(os.sched_getaffinity(0)) * 3 // 2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByWhatIsShared:
    config.option.loadscopereorder = False  # By number of tests, the long ones would come last.
    return ByWhatIsShared(config, log)


def in_order(items: list[pytest.Item]) -> None:
    """Sort tests: quality first, then the longest files; those with tests that wait for all others come last."""
    waiting = {item.path for item in items if item.get_closest_marker(ALONE)}
    seconds = Counter[Path]()
    for item in items:
        seconds[item.path] += max(
            (SECONDS[mark.name] for mark in item.iter_markers() if mark.name in SECONDS), default=0
        )
    items.sort(key=lambda item: (_rank(item.nodeid), item.path in waiting, -seconds[item.path]))


def _rank(nodeid: str) -> int:
    return 0 if nodeid.startswith(SAME_QUESTIONS) else 1 if nodeid.startswith(QUALITY) else 2


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _turn(alone=False):  # Servers start meanwhile, which is not what is timed.
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _turn(alone=item.get_closest_marker(ALONE) is not None):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    with _turn(alone=False):
        return (yield)


@contextlib.contextmanager
def _turn(alone: bool) -> Iterator[None]:
    """Wait until no test runs that has to be alone; if this one has to, until none runs at all."""
    with (
        _locked("tests", fcntl.LOCK_EX) as entrance,
        _locked("tests/support", fcntl.LOCK_EX if alone else fcntl.LOCK_SH),
    ):
        fcntl.flock(entrance, fcntl.LOCK_UN)
        yield


@contextlib.contextmanager
def _locked(folder: str, how: int) -> Iterator[int]:
    """Lock a folder, so that two runs in one checkout take turns too."""
    opened = os.open(ROOT / folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, how)
        yield opened
    finally:
        fcntl.flock(opened, fcntl.LOCK_UN)  # Closing is not enough while a forked process has it open too.
        os.close(opened)
