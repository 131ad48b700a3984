"""What staff save is served within a second; what they break is reported, and the last good version stays."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.support.server import copy_project, start_server, stop_server

pytestmark = pytest.mark.alone
ANSWER = "data/faq/faq/crime.yml"


@pytest.fixture(scope="module")
def edited(model, tmp_path_factory):
    """A server whose answers may be edited."""
    folder = tmp_path_factory.mktemp("edited")
    checkout = copy_project(folder / "checkout")
    server = start_server(folder / "output.txt", cwd=checkout)
    server.checkout = checkout
    yield server
    stop_server(server)


def crime(server) -> str:
    return server.ask(button="faq/crime")["replies"][0]["text"]


def within_a_second(condition) -> bool:
    deadline = time.monotonic() + 1
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def file(edited):
    path = edited.checkout / ANSWER
    before = path.read_text()
    yield path
    path.write_text(before)
    assert within_a_second(lambda: "new words" not in crime(edited))


def test_an_edit_is_served_within_a_second(edited, file):
    file.write_text(file.read_text().replace("answer: |\n", "answer: |\n  These are new words.\n"))
    assert within_a_second(lambda: "new words" in crime(edited))


def test_a_broken_edit_leaves_the_last_good_version(edited, file):
    good = crime(edited)
    before = edited.output.stat().st_size
    file.write_text("title: Crime\n answer: new words")
    assert within_a_second(lambda: ANSWER.encode() in edited.output.read_bytes()[before:])
    assert crime(edited) == good


def test_a_broken_edit_is_reported_with_file_and_line(edited, file):
    file.write_text("title: Crime\nanswer: new words\nreviewed_on: today\n")
    assert within_a_second(lambda: f"{ANSWER}:3:1: error: `reviewed_on` is 'today'" in edited.output.read_text())


def test_an_answer_that_is_deleted_stays_in_use(edited, file):
    good = crime(edited)
    file.unlink()
    other = edited.checkout / "data/faq/faq/effective.yml"
    other.write_text(other.read_text().replace("answer: |\n", "answer: |\n  Later words.\n"))
    assert within_a_second(lambda: "Later words" in edited.ask(button="faq/effective")["replies"][0]["text"])
    assert crime(edited) == good


def test_the_page_about_privacy_follows_its_answer(edited):
    path = edited.checkout / "data/faq/chat/privacy.yml"
    path.write_text(path.read_text().replace("answer: |\n", "answer: |\n  Some new words.\n"))
    assert within_a_second(lambda: "Some new words" in httpx.get(f"{edited.url}/privacy").text)
