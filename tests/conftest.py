"""What tests share: the trained model, the assistant in this process, and the assistant as a server."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sanic import Sanic

from bot.rasa.unused_libraries import leave_out_unused_libraries
from tests.support.chromium import browser, visit  # noqa: F401  Fixtures.
from tests.support.cores import on_all_cores
from tests.support.redis_server import running_redis
from tests.support.server import Server, copy_project, run_bot, start_server, stop_server
from tests.support.side_by_side import (
    in_order,
    pytest_runtest_call,  # noqa: F401  A hook, like those that follow.
    pytest_runtest_setup,  # noqa: F401
    pytest_runtest_teardown,  # noqa: F401
    pytest_xdist_auto_num_workers,  # noqa: F401
    pytest_xdist_make_scheduler,  # noqa: F401
)
from tests.support.sites import Sites

NEEDS = {
    "model": {"model"},
    "server": {
        "server",
        "assistant",
        "audit",
        "pair",
        "farm",
        "rasa_run",
        "small",
        "telegram",
        "redis_url",
        "own_redis",
    },
    "browser": {"browser"},
}
"""Marks, and the fixtures by which a test gets them (pyproject.toml says what they mean)."""

collect_ignore = [] if os.environ.get("PROVE_MANY") else ["journeys/test_many.py"]  # Minutes: `make prove-many`.

if "PYTEST_XDIST_WORKER" in os.environ:  # A worker has one core; its threads would only wait for each other.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
leave_out_unused_libraries()  # As `python -m bot` does, and before any test imports Rasa.
Sanic.test_mode = True  # Otherwise Sanic can start one app in a process only (sanic/touchup/service.py run).


@pytest.hookimpl(tryfirst=True)  # pytest chooses by marks in this hook too.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what its fixtures start, and sort them."""
    for item in items:
        for mark, fixtures in NEEDS.items():
            if fixtures.intersection(getattr(item, "fixturenames", ())):
                item.add_marker(mark)
    in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Train before there are workers: each of them would."""
    if "not model" not in config.option.markexpr:
        trained_model()


def trained_model() -> Path:
    """Return the model for the present data, trained now if there is none; end all if that fails."""
    from bot.languages.learning import learned_file
    from bot.rasa.training import current_model

    if not (current_model().exists() and learned_file().exists()) and (done := run_bot("train")).returncode:
        pytest.exit(f"The model could not be trained.\n{done.stderr}", returncode=1)
    return current_model()


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
    threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    listener.shutdown()


@pytest.fixture(scope="session")
def model() -> Path:
    """The model for the present data."""
    return trained_model()


@pytest.fixture(scope="session")
def agent(model):
    """The assistant, in this process."""
    from bot.privacy.memory import let_all_load, settle

    let_all_load()
    from bot.rasa.agent import load_agent
    from bot.settings import Settings

    agent = load_agent(model, Settings())
    settle()  # As when it serves. Else each look for what nobody needs, every two seconds, takes half a second.
    return agent


@pytest.fixture(scope="session")
def assistant(agent):
    """The assistant behind all doors, in this process, patient with whoever asks much."""
    from bot.conversation.assistant import Assistant
    from bot.conversation.limits import Limits
    from bot.rasa.agent import rules_of
    from bot.rasa.dialogue import Dialogue

    return Assistant(Dialogue(agent), Limits(per_minute=10**6), danger=rules_of(agent), most_characters=10**6)


@pytest.fixture(scope="session")
def evaluate(assistant):
    """Return a function that asks questions, typed in a certain way, and returns the assistant's results."""
    from bot.evaluation.report import evaluate

    def ask_all(questions, typed=str):
        return on_all_cores(lambda share: asyncio.run(evaluate(assistant, share, typed)), questions)

    return ask_all


@pytest.fixture(scope="session")
def evaluated(evaluate):
    """The assistant's results on all of tests/questions."""
    from bot.content import QUESTIONS
    from bot.evaluation.labelled import read_questions

    return evaluate(read_questions([QUESTIONS]))


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
    """The address of a Redis that tests share."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture
def checkout(model, tmp_path) -> Path:
    """A copy of the project whose files a test may change."""
    return copy_project(tmp_path / "checkout")
