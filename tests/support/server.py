"""The assistant as a person or an operator runs it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support import ROOT

SECONDS_TO_START = 240
SECONDS_TO_TRAIN = 2400
"""What a verb takes at most: training, on a busy machine."""
SECONDS_TO_LISTEN = 30


def run_bot(*arguments: str, cwd: Path = ROOT, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` as a person would, and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd, env={**os.environ, **environment}, input=stdin, capture_output=True, text=True, timeout=SECONDS_TO_TRAIN, check=False,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process that was just started takes connections at a port."""
    deadline = time.monotonic() + SECONDS_TO_LISTEN
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert process.poll() is None, "it ended"
        assert time.monotonic() < deadline, "it did not listen in time"
        time.sleep(0.02)


@dataclass
class Server:
    """A running assistant: where it answers, and the file with all that it has printed."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path

    def ask(self, text: str | None = None, conversation: str | None = None, **body: object) -> dict:
        body = {"conversation": conversation, **({"text": text} if text is not None else {}), **body}
        return httpx.post(f"{self.url}/chat/message", json=body, timeout=30).json()


def start_server(output: Path, cwd: Path = ROOT, port: int | None = None, **environment: str) -> Server:
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=cwd, env={**os.environ, "PORT": str(port), **environment}, stdout=output.open("wb"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", process, output)
    deadline = time.monotonic() + SECONDS_TO_START
    while "answers at" not in output.read_text():
        assert process.poll() is None, output.read_text()
        if time.monotonic() > deadline:
            process.kill()
            raise TimeoutError(output.read_text()[-2000:])
        time.sleep(0.1)
    return server


def stop_server(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=30)


def copy_project(folder: Path) -> Path:
    """Copy what the assistant runs on; models and the built encoder are shared."""
    folder.mkdir()
    copied = [
        ROOT / name
        for name in ("bot", "actions", "data", "web", "tests", "tools", "config.yml", "domain.yml", "pyproject.toml")
    ]
    # With the times of the files, so that what Python compiled stays valid. By cp, which takes a tenth of shutil's time.
    subprocess.run(["cp", "--recursive", "--preserve=timestamps", *copied, folder], check=True)
    (folder / "models").symlink_to(ROOT / "models")
    (folder / ".cache").symlink_to(ROOT / ".cache")
    return folder
