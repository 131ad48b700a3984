"""Rasa's own commands work from the repository's root, with the same files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.support import ROOT
from tests.support.server import free_port

RASA = Path(sys.executable).parent / "rasa"
ENVIRONMENT = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
SECONDS_TO_START = 120


def start(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [RASA, *arguments], cwd=ROOT, env=ENVIRONMENT, stdout=log.open("wb"), stderr=subprocess.STDOUT
    )


def wait_until_answers(url: str, log: Path) -> None:
    """Wait for a server; what it logs when it is ready depends on what the libraries make of the log's level."""
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            httpx.get(url)
        except httpx.TransportError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        else:
            return


def test_rasa_data_validate_finds_nothing_wrong():
    done = subprocess.run(
        [RASA, "data", "validate"], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "No story structure conflicts found" in done.stdout + done.stderr


@pytest.fixture(scope="module")
def rasa_run(model, tmp_path_factory):
    """`rasa run` with the actions apart, as `rasa run actions`."""
    folder, port, actions_port = tmp_path_factory.mktemp("rasa"), str(free_port()), str(free_port())
    endpoints = folder / "endpoints.yml"
    endpoints.write_text((ROOT / "endpoints.yml").read_text().replace("5055", actions_port))
    actions = start(folder / "actions.txt", "run", "actions", "--port", actions_port)
    server = start(
        folder / "server.txt", "run", "--model", str(model), "--endpoints", str(endpoints), "--port", port, "--interface", "127.0.0.1"
    )  # fmt: skip
    wait_until_answers(f"http://127.0.0.1:{actions_port}/health", folder / "actions.txt")
    wait_until_answers(f"http://127.0.0.1:{port}/", folder / "server.txt")
    yield f"http://127.0.0.1:{port}"
    for process in (server, actions):
        process.terminate()
        process.wait(timeout=30)


def test_rasa_run_answers_over_our_channel_with_the_actions_apart(rasa_run):
    reply = httpx.post(f"{rasa_run}/webhooks/chat/message", json={"text": "is narcan legal"}, timeout=60).json()
    assert reply["replies"][0]["answer"] == "service/overdose_prevention#law"
