"""Nothing that a person says or is can be found anywhere afterwards. `make prove-anonymity` prints where it looked."""

from __future__ import annotations

import base64
import datetime
import hashlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import redis

from bot.privacy.tally import Tally
from tests.support import ROOT, eventually
from tests.support.canaries import CHANNELS, Canaries, Doors, Search, new_secret
from tests.support.server import Server, copy_project, start_server, stop_server
from tests.support.telegram_api import TOKEN, TelegramApi

IDLE_SECONDS = 3
MESSAGES = 40
SYSTEM_FOLDERS = ("/var/log", "/var/tmp", "/var/crash", "/var/lib/systemd/coredump", "/dev/shm")


@dataclass
class Audit:
    """A running assistant that people have spoken with over every channel, and what they said."""

    server: Server
    doors: Doors
    people: list[Canaries]
    checkout: Path
    redis_url: str
    in_redis: list[Search]
    model_before: str
    began: float

    @property
    def folders(self) -> list[Path]:
        """Where it could have written: its own folder, home and temporary folder, the browser's profile, the system's."""
        own = [self.checkout, *(self.checkout.parent / name for name in ("home", "tmp", "output", "browser"))]
        return [*own, ROOT / "models", ROOT / ".cache", *(Path(name) for name in SYSTEM_FOLDERS)]


@pytest.fixture(scope="module", params=["memory, logs as text", "Redis, logs as JSON, counts"])
def audit(request, model, redis_url, tmp_path_factory) -> Iterator[Audit]:
    folder = tmp_path_factory.mktemp("audit")
    checkout = copy_project(folder / "checkout")
    shutil.copy(ROOT / "tests/support/faults.py", checkout / "actions/faults.py")
    for name in ("home", "tmp", "output", "browser"):
        (folder / name).mkdir()
    with_redis = "Redis" in request.param
    settings = {"REDIS_URL": redis_url, "PSEUDONYM_KEY": new_secret(), "COUNTS": "on"} if with_redis else {}
    began, model_before, in_redis = time.time(), digest(model), []
    telegram = TelegramApi().start()
    server = start_server(
        folder / "output" / "output.txt", cwd=checkout, HOME=str(folder / "home"), TMPDIR=str(folder / "tmp"),
        LOG_LEVEL="DEBUG", LOG_FORMAT="json" if with_redis else "text", IDLE_MINUTES=str(IDLE_SECONDS / 60),
        TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=telegram.url, **settings,
    )  # fmt: skip
    eventually(lambda: telegram.called("getUpdates"))
    doors = Doors(server, telegram, folder / "browser")
    people = [Canaries(channel) for channel in CHANNELS]
    for person in people:
        CHANNELS[person.channel](doors, person)
        if with_redis:
            server.ask(f"what is drug checking? {person.text}")  # This conversation is there now, whichever expired.
            in_redis.append(Search([person]))
            in_redis[-1].look_in_redis(redis_url)
    yield Audit(server, doors, people, checkout, settings.get("REDIS_URL", ""), in_redis, model_before, began)
    stop_server(server)
    telegram.stop()


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def nothing_found(search: Search) -> None:
    print(search.report())
    assert not search.found, "\n".join(search.found[:20])


def test_the_logs_say_something(audit):
    assert audit.server.output.read_text().count("withheld") > 100


def test_nothing_is_printed_or_logged_at_any_level(audit):
    search = Search(audit.people)
    search.look_in_file("standard output and error, logs, warnings", audit.server.output)
    nothing_found(search)


def test_nothing_is_in_redis_while_people_talk(audit):
    for search in audit.in_redis:
        assert search.searched["Redis: keys and values"][0] > 0
        nothing_found(search)


def test_nothing_is_in_a_file(audit):
    search = Search(audit.people)
    search.look_in_files("files written since", audit.folders, audit.began)
    nothing_found(search)


def test_the_model_is_what_it_was_before_anyone_spoke(audit, model):
    assert digest(model) == audit.model_before


def test_nothing_is_in_the_processs_arguments_or_environment(audit):
    search = Search(audit.people)
    for name in ("cmdline", "environ", "comm", "status"):
        search.look_in_file("process: arguments, environment", Path(f"/proc/{audit.server.process.pid}/{name}"))
    nothing_found(search)


def test_nothing_is_told_over_http(audit):
    search = Search(audit.people)
    for path in ("metrics", "status", "version", "conversations", "health", "", "chat", "chat/message"):
        answer = httpx.get(f"{audit.server.url}/{path}")
        search.look("HTTP answers to strangers", path, repr(answer.headers).encode() + answer.content)
    nothing_found(search)


def test_nothing_is_in_redis_after_the_deadline(audit):
    if audit.redis_url:
        # What stays for two minutes of an erased conversation is that it was erased (bot/privacy/store.py).
        kept = redis.Redis.from_url(audit.redis_url)
        eventually(lambda: all(key.startswith(b"erased:") for key in kept.scan_iter()), IDLE_SECONDS + 1)
        search = Search(audit.people)
        search.look_in_redis(audit.redis_url)
        nothing_found(search)


def test_what_was_said_is_wiped_from_the_processs_memory(audit):
    """What is freed is overwritten. A scrap of the last messages may wait in a buffer that isn't free yet: no more."""
    crowd = Canaries("crowd")
    for number in range(MESSAGES):
        audit.server.ask(f"is {getattr(crowd, f'word {number}')} drug checking legal")
    time.sleep(IDLE_SECONDS + 3)
    search = Search([crowd])
    search.look_in_memory("process: memory after the deadline", audit.server.process.pid)
    left = {found.partition(" in ")[0] for found in search.found}
    print(search.report(), f"Of {MESSAGES} messages, {len(left)} left a scrap.", sep="\n")
    assert len(left) <= MESSAGES / 8


def test_a_crash_leaves_nothing(audit):
    person = Canaries("crash")
    with pytest.raises(httpx.HTTPError):
        audit.server.ask(f"what is drug checking? please crash {person.text}")
    assert audit.server.process.wait(30) == -signal.SIGABRT
    search = Search([*audit.people, person])
    search.look_in_files("after a crash: files, core dumps", audit.folders, audit.began)
    search.look_in_file("after a crash: standard output and error", audit.server.output)
    nothing_found(search)


@pytest.fixture(scope="module")
def counted(model, tmp_path_factory) -> tuple[Canaries, Path]:
    """Someone whose questions weren't known, who agreed to pass one on, and the file with what was counted and kept."""
    folder = tmp_path_factory.mktemp("counted")
    file = folder / "counts.sqlite"
    server = start_server(folder / "output.txt", COUNTS=f"sqlite:///{file}")
    person = Canaries("counts")

    def offered(text: str, after: str = "") -> tuple[str, dict]:
        reply = server.ask(text)
        reply = server.ask(conversation=reply["conversation"], button=after) if after else reply
        buttons = [button["answer"] for one in reply["replies"] for button in one["buttons"]]
        (button,) = [one for one in buttons if one.startswith("pass/")]
        return reply["conversation"], server.ask(conversation=reply["conversation"], button=button)["replies"][-1]

    offered(f"who won the football cup in {person.not_agreed} last week")
    offered(f"call me on {person.phone}, who won the football cup")  # Shown, and not agreed to.
    offered(f"who won the football cup in {person.declined}", after="none")
    server.ask(button="no/faq/crime#more")
    conversation, shown = offered("my name is Anna Kowalska, who won the football cup last week")
    server.ask(conversation=conversation, button=shown["buttons"][0]["answer"])
    person.note("name", "kowalska")
    person.note("conversation key", conversation)
    stop_server(server)
    return person, file


def test_of_words_only_what_someone_agreed_to_is_kept(counted):
    person, file = counted
    search = Search([person])
    search.look_in_file("counts and questions that were passed on", file)
    nothing_found(search)


def test_whether_an_answer_helped_is_counted_on_the_web(counted):
    kept = Tally(f"sqlite:///{counted[1]}").counted(datetime.date(2026, 1, 1))
    assert [(one.answer, one.helpful, one.times) for one in kept if one.helpful] == [("faq/crime", "no", 1)]


def test_what_someone_agreed_to_is_kept(counted):
    assert b"my name is [name], who won the football cup last week" in counted[1].read_bytes()


@pytest.mark.parametrize(
    "hide",
    [
        str.encode,
        str.upper,
        lambda text: text.encode("utf-16-le"),
        lambda text: base64.b64encode(b"ab" + text.encode()),
    ],
    ids=["plain", "upper case", "UTF-16", "base64"],
)
def test_the_search_finds_what_is_there(hide, tmp_path):
    person = Canaries("nowhere")
    hidden = hide(person.text)
    (tmp_path / "left").write_bytes(b"before" + (hidden if isinstance(hidden, bytes) else hidden.encode()) + b"after")
    search = Search([person])
    search.look_in_files("files", [tmp_path], 0)
    assert len(search.found) == 1


def test_the_search_finds_what_is_in_memory():
    person = Canaries("here")
    keeps = [sys.executable, "-c", "kept = input(); print(flush=True); input()"]
    process = subprocess.Popen(keeps, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(f"{person.text}\n")
    process.stdin.flush()
    process.stdout.readline()
    search = Search([person])
    search.look_in_memory("memory", process.pid)
    process.communicate("\n")
    assert search.found
