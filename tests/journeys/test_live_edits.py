"""What staff save is served within a second, also in their own folder; what they break is reported, and the last good stays."""

from __future__ import annotations

import shutil
import time

import httpx
import pytest

from tests.support import ROOT, eventually
from tests.support.server import copy_project, start_server, stop_server

ANSWER = "data/faq/faq/effective.yml"
OWN = "faq/faq/crime.yml"


@pytest.fixture(scope="module")
def edited(model, tmp_path_factory):
    """A server whose answers may be edited, with a folder of one's own, in which nothing is that a model learns from."""
    folder = tmp_path_factory.mktemp("edited")
    checkout = copy_project(folder / "checkout")
    (folder / "content/faq/faq").mkdir(parents=True)
    shutil.copy(ROOT / "examples/riverside" / OWN, folder / "content" / OWN)
    server = start_server(folder / "output.txt", cwd=checkout, CONTENT=str(folder / "content"))
    server.checkout, server.content = checkout, folder / "content"
    yield server
    stop_server(server)


def served(server, answer: str = "faq/effective") -> str:
    return server.ask(button=answer)["replies"][0]["text"]


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
    eventually(lambda: "new words" not in served(edited))


@pytest.mark.alone
def test_an_edit_is_served_within_a_second(edited, file):
    file.write_text(file.read_text().replace("answer: |\n", "answer: |\n  These are new words.\n"))
    assert within_a_second(lambda: "new words" in served(edited))


@pytest.mark.alone
def test_a_broken_edit_leaves_the_last_good_version(edited, file):
    good = served(edited)
    before = edited.output.stat().st_size
    file.write_text("title: Effective\n answer: new words")
    assert within_a_second(lambda: ANSWER.encode() in edited.output.read_bytes()[before:])
    assert served(edited) == good


@pytest.mark.alone
def test_a_broken_edit_is_reported_with_file_and_line(edited, file):
    file.write_text("title: Effective\nanswer: new words\nreviewed_on: today\n")
    assert within_a_second(lambda: f"{ANSWER}:3:1: error: `reviewed_on` is 'today'" in edited.output.read_text())


def test_an_answer_that_is_deleted_stays_in_use(edited, file):
    good = served(edited)
    file.unlink()
    other = edited.checkout / "data/faq/faq/includes.yml"
    other.write_text(other.read_text().replace("answer: |\n", "answer: |\n  Later words.\n"))
    eventually(lambda: "Later words" in served(edited, "faq/includes"))
    assert served(edited) == good


def test_the_page_about_privacy_follows_its_answer(edited):
    path = edited.checkout / "data/faq/chat/privacy.yml"
    path.write_text(path.read_text().replace("answer: |\n", "answer: |\n  Some new words.\n"))
    eventually(lambda: "Some new words" in httpx.get(f"{edited.url}/privacy").text)


# ---- An organisation's own folder


def test_no_training_is_needed_for_answers(edited):
    assert "training" not in edited.output.read_text()


def test_an_answer_of_its_own_is_served(edited):
    assert served(edited, "faq/crime").startswith("We meet our neighbours every month")


def test_a_shipped_answer_is_served_beside_it(edited):
    assert edited.ask(button="faq/definition")["replies"][0]["answer"] == "faq/definition"


def test_an_edit_in_its_folder_is_served_and_a_broken_one_named(edited):
    file = edited.content / OWN
    file.write_text(file.read_text().replace("every month", "every week"))
    eventually(lambda: "every week" in served(edited, "faq/crime"))
    file.write_text("title: X\n")
    eventually(lambda: str(file) in edited.output.read_text())
    assert "every week" in served(edited, "faq/crime")
