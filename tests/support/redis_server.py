"""A Redis of our own, which writes nothing to disk, and can hang."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import free_port, wait_until_it_listens


@dataclass
class RedisServer:
    """A running redis-server."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """End it; all that it held is gone."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        """Start it at the same port."""
        self.process = _started(self.port, self.folder)

    def hang(self) -> None:
        """Take connections, but answer nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again, also what was asked meanwhile."""
        self.process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """Run a Redis until the end of the block."""
    port = free_port()
    server = RedisServer(port, _started(port, folder), folder)
    try:
        yield server
    finally:
        server.stop()


def _started(port: int, folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
         "--slowlog-log-slower-than", "-1", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    wait_until_it_listens(port, process)
    return process
