"""The running assistant honours an organisation's own folder, also when something in it is saved."""

from __future__ import annotations

import shutil

import pytest

from tests.support import ROOT
from tests.support.server import start_server, stop_server
from tests.support.telegram_api import eventually

ANSWER = "faq/faq/crime.yml"


@pytest.fixture(scope="module")
def own(model, tmp_path_factory):
    """A server with a folder of one's own, in which nothing is that a model learns from."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "content/faq/faq").mkdir(parents=True)
    shutil.copy(ROOT / "examples/riverside" / ANSWER, folder / "content" / ANSWER)
    server = start_server(folder / "output.txt", CONTENT=str(folder / "content"))
    server.content = folder / "content"
    yield server
    stop_server(server)


def crime(server) -> str:
    return server.ask(button="faq/crime")["replies"][0]["text"]


def test_no_training_is_needed_for_answers(own):
    assert "training" not in own.output.read_text()


def test_an_answer_of_its_own_is_served(own):
    assert crime(own).startswith("We meet our neighbours every month")


def test_a_shipped_answer_is_served_beside_it(own):
    assert own.ask(button="faq/definition")["replies"][0]["answer"] == "faq/definition"


def test_an_edit_in_its_folder_is_served_and_a_broken_one_named(own):
    file = own.content / ANSWER
    file.write_text(file.read_text().replace("every month", "every week"))
    eventually(lambda: "every week" in crime(own))
    file.write_text("title: X\n")
    eventually(lambda: str(file) in own.output.read_text())
    assert "every week" in crime(own)
