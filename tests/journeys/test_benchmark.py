"""A run of the benchmark that is stopped leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import ROOT

SECONDS_TO_START = 240
SECONDS_TO_END = 60
WITH_A_SYSTEM_AT_WORK = """
from benchmarks import bench
from tests.journeys.test_benchmark import work

bench._apart(work, {file!r})
"""


def work(file: str) -> None:
    """Do nothing for long, as a system that trains; say first that it has begun."""
    Path(file).touch()
    time.sleep(600)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def within(seconds: float, condition) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP], ids=lambda stop: stop.name)
def test_the_process_of_a_system_ends_with_the_run(tmp_path, stop):
    program = WITH_A_SYSTEM_AT_WORK.format(file=str(tmp_path / "begun"))
    run = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.DEVNULL)
    assert within(SECONDS_TO_START, (tmp_path / "begun").exists)
    children = children_of(run.pid)
    run.send_signal(stop)
    assert run.wait(SECONDS_TO_END) != 0
    assert within(SECONDS_TO_END, lambda: not any(Path(f"/proc/{child}").exists() for child in children))
