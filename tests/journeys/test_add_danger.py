"""`bot add-danger` says where a message about danger belongs, and puts it there."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.content.yaml_files import read
from tests.support.server import copy_project, run_bot

NOT_WAKING = "data/danger/overdose/not_waking.yml"


@pytest.fixture
def copied(tmp_path):
    """A copy of the project, in which no model is needed."""
    return copy_project(tmp_path / "checkout")


def printed_for(*arguments: str) -> str:
    """Run the verb in this process, which reads the rules once."""
    return CliRunner().invoke(app, ["add-danger", *arguments]).output


def test_it_says_what_the_rules_make_of_a_message_and_where_it_belongs():
    printed = printed_for("my flatmate is on the sofa and wont wake up at all")
    assert "The rules find the sign `not_waking`, which leads to urgent/overdose." in printed
    assert f"It belongs in {NOT_WAKING}, under `messages`" in printed


def test_it_names_the_likest_sign_for_what_the_rules_miss():
    printed = printed_for("gave the dog away and wrote my letters")
    assert "The rules find no sign of danger in it." in printed
    assert "It belongs in data/danger/crisis/goodbye.yml, under `messages`" in printed


def test_it_says_that_the_wording_makes_it_not_urgent():
    printed = printed_for("--near-miss", "what do people do when someone wont wake up")
    assert "a wording of data/danger/not_now/ says that it isn't happening now" in printed


@pytest.mark.parametrize(("option", "key"), [([], "messages"), (["--near-miss"], "near_misses")])
def test_it_adds_one_line_and_leaves_the_rest_as_it_is(copied, option, key):
    path = copied / NOT_WAKING
    before, text = path.read_text().splitlines(), "no: my flatmate wont wake up # at all"
    done = run_bot("add-danger", "--write", *option, text, cwd=copied)
    after = path.read_text().splitlines()
    (line,) = [line for line in after if "flatmate wont wake up # at all" in line]
    assert [other for other in after if other != line] == before
    assert read(path).data[key][-1] == text
    assert f"Added in {NOT_WAKING}, line {after.index(line) + 1}." in done.stdout


def test_a_message_that_is_there_already_is_refused():
    done = run_bot("add-danger", "he wnt wake up wat do i do")
    assert (done.returncode, f"{NOT_WAKING}:" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
