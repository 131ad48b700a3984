"""`bot add-danger` says where a message about danger belongs, and puts it there."""

from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.failed import Failed
from bot.content.yaml_files import read
from tests.support import ROOT

NOT_WAKING = "data/danger/overdose/not_waking.yml"


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
def test_it_adds_one_line_and_leaves_the_rest_as_it_is(tmp_path, monkeypatch, option, key):
    path = tmp_path / NOT_WAKING
    path.parent.mkdir(parents=True)
    shutil.copy(ROOT / NOT_WAKING, path)
    monkeypatch.chdir(tmp_path)
    before, text = path.read_text().splitlines(), "no: my flatmate wont wake up # at all"
    printed = printed_for("--write", *option, text)
    after = path.read_text().splitlines()
    (line,) = [line for line in after if "flatmate wont wake up # at all" in line]
    assert [other for other in after if other != line] == before
    assert read(path).data[key][-1] == text
    assert f"Added in {NOT_WAKING}, line {after.index(line) + 1}." in printed


def test_a_message_that_is_there_already_is_refused():
    failure = CliRunner().invoke(app, ["add-danger", "he wnt wake up wat do i do"]).exception
    assert (type(failure), f"{NOT_WAKING}:" in str(failure)) == (Failed, True)
