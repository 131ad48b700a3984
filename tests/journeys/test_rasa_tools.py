"""Rasa's own commands work from the repository's root, with the same files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support import ROOT
from tests.support.server import copy_project, free_port

RASA = Path(sys.executable).parent / "rasa"
ENVIRONMENT = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
SECONDS_TO_START = 120
SECONDS_TO_FOLLOW = 10


CRIME = {
    "next_action": "action_pick",
    "tracker": {
        "sender_id": "somebody",
        "slots": {"topic": None, "country": None},
        "latest_message": {"intent": {"name": "pick"}, "entities": [{"entity": "answer", "value": "faq/crime"}]},
        "events": [],
        "paused": False,
    },
    "domain": {},
}
"""What Rasa sends to the server of the actions when someone presses a button."""


@dataclass
class Actions:
    """`rasa run actions`, in a checkout whose answers may be edited."""

    checkout: Path
    output: Path
    port: int

    def crime(self) -> str:
        return httpx.post(f"http://127.0.0.1:{self.port}/webhook", json=CRIME, timeout=60).text


def start(log: Path, *arguments: str, cwd: Path = ROOT) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [RASA, *arguments], cwd=cwd, env=ENVIRONMENT, stdout=log.open("wb"), stderr=subprocess.STDOUT
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


def keep_few_examples(file: Path) -> None:
    """Keep three example questions of each intent: `bot check` reads all, and Rasa takes a minute for as many."""
    kept, run = [], 0
    for line in file.read_text().splitlines(keepends=True):
        run = run + 1 if line.startswith("    - ") else 0
        if run <= 3:
            kept.append(line)
    file.write_text("".join(kept))


def test_rasa_data_validate_finds_nothing_wrong(tmp_path):
    checkout = copy_project(tmp_path / "checkout")
    for file in (checkout / "data/nlu").glob("**/*.yml"):
        keep_few_examples(file)
    done = subprocess.run(
        [RASA, "data", "validate"], cwd=checkout, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "No story structure conflicts found" in done.stdout + done.stderr


@pytest.fixture(scope="module")
def actions(tmp_path_factory) -> Iterator[Actions]:
    folder = tmp_path_factory.mktemp("actions")
    running = Actions(copy_project(folder / "checkout"), folder / "output.txt", free_port())
    process = start(running.output, "run", "actions", "--port", str(running.port), cwd=running.checkout)
    wait_until_answers(f"http://127.0.0.1:{running.port}/health", running.output)
    yield running
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def rasa_run(model, actions, tmp_path_factory) -> Iterator[str]:
    """`rasa run` with the actions apart."""
    folder, port = tmp_path_factory.mktemp("rasa"), str(free_port())
    endpoints = folder / "endpoints.yml"
    endpoints.write_text((ROOT / "endpoints.yml").read_text().replace("5055", str(actions.port)))
    server = start(
        folder / "server.txt", "run", "--model", str(model), "--endpoints", str(endpoints), "--port", port, "--interface", "127.0.0.1"
    )  # fmt: skip
    wait_until_answers(f"http://127.0.0.1:{port}/", folder / "server.txt")
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=30)


def test_rasa_run_answers_over_our_channel_with_the_actions_apart(rasa_run):
    reply = httpx.post(f"{rasa_run}/webhooks/chat/message", json={"text": "is narcan legal"}, timeout=60).json()
    assert reply["replies"][0]["answer"] == "service/overdose_prevention#law"


def test_the_server_of_the_actions_follows_edits_and_reports_broken_ones(actions):
    file = actions.checkout / "data/faq/faq/crime.yml"
    file.write_text(file.read_text().replace("answer: |\n", "answer: |\n  These are new words.\n"))
    assert within_seconds(lambda: "new words" in actions.crime())
    file.write_text("title: Crime\nanswer: later words\nreviewed_on: today\n")
    report = "data/faq/faq/crime.yml:3:1: error: `reviewed_on` is 'today'"
    assert within_seconds(lambda: report in actions.output.read_text())
    assert "new words" in actions.crime()


def within_seconds(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS_TO_FOLLOW
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
