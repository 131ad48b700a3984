"""A new model comes into use while people are being answered: nobody waits for it, and no conversation is lost."""

from __future__ import annotations

import asyncio
import functools
import secrets
import shutil
import time

import pytest

from bot.content import DATA
from bot.evaluation.labelled import read_questions
from bot.languages.learning import learned_file
from bot.measured import Figures, kept, sample
from bot.privacy.memory import settle
from bot.rasa import growing, sources
from bot.rasa.agent import load_beside
from bot.rasa.dialogue import Dialogue
from tests.support import ROOT, eventually
from tests.support.server import copy_project, start_server, stop_server

MOST_HELD = 0.5
"""Seconds that a reply may be held up."""


@pytest.fixture(scope="module")
def swapped(agent, model):
    """Hold a conversation through a change of models, once: its replies, and how long one was held up at most."""
    return functools.cache(lambda: _swapped(agent, model))


def _swapped(agent, model) -> tuple[list, float]:
    dialogue, conversation = Dialogue(agent), secrets.token_hex(16)
    settle()  # As when it serves. What other tests left behind would take the collector half a second.

    async def longest_gap(until: asyncio.Future) -> float:
        longest = 0.0
        while not until.done():
            began = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - began)
        return longest

    async def go() -> tuple[list, float]:
        first = await dialogue.say(conversation, "web", "what is drug checking?")
        loading = asyncio.ensure_future(asyncio.to_thread(load_beside, model, agent))
        held = await longest_gap(loading)
        dialogue.change_to(await loading)
        return [*first, *await dialogue.say(conversation, "web", "is it legal?")], held

    return asyncio.run(go())


@pytest.mark.alone
def test_the_conversation_goes_on(swapped):
    assert [str(reply.answer) for reply in swapped()[0]] == ["service/drug_checking#what", "service/drug_checking#law"]


@pytest.mark.alone
def test_no_reply_is_held_up(swapped):
    assert swapped()[1] <= MOST_HELD


EXAMPLES = "data/nlu/faq/crime.yml"
NEW_QUESTION = "does the newsagent mind the needle van outside"
EDITED = f"    - {NEW_QUESTION}\n"


def test_a_question_that_was_added_to_a_model_gets_its_answer(agent, model, tmp_path, monkeypatch):
    shutil.copytree(DATA / "nlu", tmp_path / "nlu")
    with (tmp_path / "nlu/faq/crime.yml").open("a") as file:
        file.write(EDITED)
    monkeypatch.setattr(growing, "DATA", tmp_path)
    assert growing.grow(model, tmp_path / "grown.tar.gz") == 1

    async def answer() -> str:
        dialogue = Dialogue(load_beside(tmp_path / "grown.tar.gz", agent))
        return str((await dialogue.say(secrets.token_hex(16), "web", f"{NEW_QUESTION}?"))[0].answer)

    assert asyncio.run(answer()) == "faq/crime"


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda nlu: (nlu / "faq/crime.yml").unlink(), "taken away"),
        (lambda nlu: (nlu / "urgent/overdose.yml").open("a").write("    - hes gone\n"), "urgent"),
        (lambda nlu: None, "no new ex"),
    ],
    ids=["taken away", "urgent", "none"],
)
def test_what_takes_training_is_not_added(model, tmp_path, monkeypatch, edit, why):
    shutil.copytree(DATA / "nlu", tmp_path / "nlu")
    edit(tmp_path / "nlu")
    monkeypatch.setattr(growing, "DATA", tmp_path)
    with pytest.raises(growing.CannotGrow, match=why):
        growing.grow(model, tmp_path / "grown.tar.gz")


@pytest.fixture(scope="module")
def saved(model, tmp_path_factory):
    """A server, and what it answers after an example was saved. How well the models do was measured before."""
    folder = tmp_path_factory.mktemp("saved")
    checkout = copy_project(folder / "checkout")
    for name in ("models", ".cache"):
        (checkout / name).unlink()
        (checkout / name).mkdir()
    shutil.copy(learned_file(), checkout / "models")
    (checkout / ".cache/encoder").symlink_to(ROOT / ".cache/encoder")
    shutil.rmtree(checkout / "tests/questions")
    (checkout / "tests/questions/faq").mkdir(parents=True)
    shutil.copy(ROOT / "tests/questions/faq/crime.tsv", checkout / "tests/questions/faq")
    before = (checkout / EXAMPLES).read_text()
    asked = sample(read_questions([checkout / "tests/questions"]))
    figures = dict.fromkeys(("all", "own", "urgent"), Figures(1, 1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sources, "place_of", lambda name: checkout)
        for text, ending in ((before + EDITED, "-grown"), (before, "")):  # The last is what the server begins with.
            (checkout / EXAMPLES).write_text(text)
            twin = checkout / f"models/assistant-{sources.digest_of(sources.MODEL)[:16]}{ending}.tar.gz"
            kept(twin, asked, checkout / ".cache/measured").write(figures)
    twin.symlink_to(model)
    server = start_server(folder / "output.txt", cwd=checkout, LIVE_EXAMPLES="on")
    conversation = server.ask("what is drug checking?")["conversation"]
    (checkout / EXAMPLES).write_text(before + EDITED)
    eventually(lambda: "new example questions" in server.output.read_text(), seconds=240)
    yield server.output.read_text(), server.ask("is it legal?", conversation)
    stop_server(server)


def test_examples_that_are_saved_come_into_use(saved):
    assert "The new example questions are in use" in saved[0]


def test_a_conversation_goes_on_with_the_new_model(saved):
    assert saved[1]["replies"][0]["answer"] == "service/drug_checking#law"
