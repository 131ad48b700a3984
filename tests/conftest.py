"""What tests share: the trained model, the assistant in this process, and the assistant as a server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from chromium import browser, visit  # noqa: F401  Fixtures.
from sanic import Sanic
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.content.checks import plain_words

Sanic.test_mode = True  # Otherwise Sanic can start one app in a process only (sanic/touchup/service.py run).

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 240


def run_bot(*arguments: str, cwd: Path = ROOT, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` as a person would, and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd, env={**os.environ, **environment}, input=stdin, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def nearly_the_same(asked: list[str], examples: list[str]) -> list[str]:
    """Return what is asked and is also an example, or one but for a typo: by the cosine of letter 3-grams, from .9 on."""
    asked, examples = list(map(plain_words, asked)), list(map(plain_words, examples))
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit(examples + asked)
    nearness = (grams.transform(asked) @ grams.transform(examples).T).max(axis=1).toarray().ravel()
    known = set(examples)
    return [
        text
        for text, near in zip(asked, nearness, strict=True)
        if text in known or (near >= 0.9 and len(text.split()) > 2)
    ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running assistant: where it answers, and the file with all that it has printed."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path

    def ask(self, text: str | None = None, conversation: str | None = None, **body: object) -> dict:
        body = {"conversation": conversation, **({"text": text} if text is not None else {}), **body}
        return httpx.post(f"{self.url}/chat/message", json=body, timeout=30).json()


def start_server(output: Path, cwd: Path = ROOT, **environment: str) -> Server:
    port = free_port()
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


@dataclass
class Sites:
    """Other people's websites, for a browser: what they serve, and the headers that they were asked with."""

    port: int
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        """A site that is on the assistant's list and embeds the chat."""
        return f"http://localhost:{self.port}"

    @property
    def neutral(self) -> str:
        """A site of another name, where "Leave now" goes."""
        return f"http://127.0.0.1:{self.port}/neutral"


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, dict(self.headers)))
            page, headers = found.pages.get(self.path, ("<!doctype html><title>Weather</title><h1>Sunny</h1>", {}))
            self.send_response(200)
            for name, value in {"content-type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("", 0), Handler)
    found = Sites(listener.server_port)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield found
    listener.shutdown()


@pytest.fixture(scope="session")
def model() -> Path:
    """The model for the present data; trained now if there is none."""
    from bot.training import current_model

    if not current_model().exists():
        done = run_bot("train")
        assert done.returncode == 0, done.stderr
    return current_model()


@pytest.fixture(scope="session")
def agent(model):
    """The assistant, in this process."""
    from bot.agent import load_agent
    from bot.settings import Settings

    return load_agent(model, Settings())


@pytest.fixture(scope="session")
def evaluated(agent):
    """The assistant's results on all of tests/questions."""
    from bot.evaluation.labelled import read_questions
    from bot.evaluation.report import evaluate

    questions = read_questions(sorted((ROOT / "tests" / "questions").glob("*.tsv")))
    return asyncio.run(evaluate(agent, questions))


@pytest.fixture(scope="session")
def server(model, sites, tmp_path_factory) -> Iterator[Server]:
    """The assistant as `make run` starts it, with one website on its list."""
    output = tmp_path_factory.mktemp("server") / "output.txt"
    limit = {"MESSAGES_PER_MINUTE_AND_ADDRESS": "1000000"}  # All tests come from one.
    running = start_server(output, ALLOWED_ORIGINS=sites.host, EXIT_ADDRESS=sites.neutral, **limit)
    yield running
    stop_server(running)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory) -> Iterator[str]:
    """A Redis of our own, which writes nothing to disk."""
    port = free_port()
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
         "--slowlog-log-slower-than", "-1", "--dir", str(tmp_path_factory.mktemp("redis"))],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"redis://127.0.0.1:{port}/0"
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            break
        time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def checkout(model, tmp_path) -> Path:
    """A copy of the project whose files a test may change."""
    return copy_project(tmp_path / "checkout")


def copy_project(folder: Path) -> Path:
    """Copy what the assistant runs on; models and converted weights are shared."""
    folder.mkdir()
    for name in ("bot", "actions", "data", "web", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.yml", "domain.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "models").symlink_to(ROOT / "models")
    (folder / ".cache").symlink_to(ROOT / ".cache")
    return folder
