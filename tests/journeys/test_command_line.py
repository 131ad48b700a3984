"""The verbs of `python -m bot`, run as a person would."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.failed import Failed
from tests.support import ROOT
from tests.support.server import run_bot

CONTRACT = {"question", "answer_id", "section", "confidence", "decision", "danger", "alternatives", "replies"}


def test_check_says_that_no_professional_has_reviewed_the_answers():
    assert "have not been reviewed by a professional yet" in run_bot("check").stdout


def test_check_finds_nothing_wrong_with_the_example_of_an_organisations_own_content():
    done = run_bot("check", CONTENT="examples/riverside")
    assert (done.returncode, [line for line in done.stdout.splitlines() if ": error: " in line]) == (0, [])


def test_check_reports_a_broken_answer_with_file_and_line(checkout):
    (checkout / "data/faq/faq/crime.yml").write_text("title: Crime\nanswer: |\n  Text.\nsuorces: []\n")
    done = run_bot("check", cwd=checkout)
    assert done.returncode == 1
    assert (
        "data/faq/faq/crime.yml:4:1: error: `suorces` isn't a key that belongs here. Did you mean `sources`?"
        in done.stdout
    )


@pytest.fixture(scope="module")
def asked_as_json(model) -> subprocess.CompletedProcess[str]:
    questions = "what is harm reduction\nis narcan legal\n\nasdkjh asdkjh\nmy mate isnt breathing\nwhat should i do if somebody overdoses and stops breathing\n"
    return run_bot("ask", "--json", stdin=questions)


@pytest.fixture
def asked(asked_as_json) -> list[dict]:
    assert asked_as_json.returncode == 0, asked_as_json.stderr
    return [json.loads(line) for line in asked_as_json.stdout.splitlines()]


def test_ask_writes_one_object_for_each_line(asked):
    assert [entry["question"] for entry in asked] == [
        "what is harm reduction",
        "is narcan legal",
        "",
        "asdkjh asdkjh",
        "my mate isnt breathing",
        "what should i do if somebody overdoses and stops breathing",
    ]


def test_ask_keeps_to_the_contract(asked):
    assert all(set(entry) == CONTRACT for entry in asked)


def test_ask_names_answer_section_and_decision(asked):
    assert [(entry["answer_id"], entry["section"], entry["decision"]) for entry in asked] == [
        ("faq/definition", None, "answer"),
        ("service/overdose_prevention", "law", "answer"),
        ("out_of_scope", None, "fallback"),
        ("out_of_scope", None, "fallback"),
        ("urgent/overdose", None, "urgent"),
        ("service/overdose_prevention", "how", "answer"),
    ]


def test_ask_says_whether_someone_is_in_danger(asked):
    assert [entry["danger"] for entry in asked] == [None, None, None, None, "urgent", "check"]


def test_ask_prints_nothing_but_its_answers(asked_as_json):
    assert asked_as_json.stderr == ""


@pytest.fixture
def printed_by(assistant, monkeypatch):
    """Return a function that runs a verb in this process, with the assistant that is loaded, and returns what it printed."""
    for verb in ("ask", "chat"):
        monkeypatch.setattr(f"bot.cli.{verb}.assistant", lambda: assistant)
    return lambda *arguments, stdin="": CliRunner().invoke(app, arguments, input=stdin, catch_exceptions=False).output


def test_ask_explains_itself(printed_by):
    printed = printed_by("ask", "is", "drug", "checking", "legal?")
    assert "answer: service/drug_checking, section `law`, confidence" in printed


def test_numbers_are_printed_as_people_dial_them(printed_by):
    assert "Emergency number: 112 in the EU" in printed_by("ask", "my friend is not breathing")


def test_chat_presses_a_button_by_its_number(printed_by):
    printed = printed_by("chat", stdin="does harm reduction work\n1\n")
    assert "[1]" in printed
    assert printed.count("you >") == 3


def test_run_on_a_taken_port_says_so_in_one_sentence(model):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run_bot("run", PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "can't be used (Address already in use)" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_with_a_broken_answer_says_so_in_one_sentence(checkout):
    (checkout / "data/faq/faq/crime.yml").write_text("title: [")
    done = run_bot("run", cwd=checkout)
    assert done.returncode == 1
    assert done.stderr.startswith("data/faq/faq/crime.yml:")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["config.yml", "data/danger", "data/directory.yml"])
def test_what_is_missing_is_one_sentence(checkout, name):
    missing = checkout / name
    shutil.rmtree(missing) if missing.is_dir() else missing.unlink()
    done = run_bot("run", cwd=checkout)
    assert (done.returncode, "Traceback" in done.stderr, "error in the program" in done.stderr) == (1, False, False)
    assert name in done.stderr
    assert "is missing" in done.stderr


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("PORT", "99999"), ("MOST_TURNS", "0")])
def test_a_wrong_setting_is_one_sentence(name, value):
    done = run_bot("run", **{name: value})
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"The setting {name} is '{value}'" in done.stderr


def test_evaluate_reports_a_line_that_is_not_a_question(tmp_path):
    (tmp_path / "mine.tsv").write_text("faq/crime\tdoes crime go up\nno tab here\n")
    done = run_bot("evaluate", str(tmp_path / "mine.tsv"))
    assert (done.returncode, f"{tmp_path}/mine.tsv, line 2:" in done.stderr) == (1, True)


def run_verb_that_raises(error: str) -> subprocess.CompletedProcess[str]:
    """Run a verb that does nothing but fail."""
    program = f"""
from bot import cli

@cli.app.command()
def fail() -> None:
    raise {error}

cli.main(["fail"])
"""
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", ["ValueError", "EOFError", "TypeError", "UnicodeError", "MemoryError"])
def test_an_error_that_nobody_foresaw_is_named_by_kind_and_place_without_words(kind):
    done = run_verb_that_raises(f"{kind}('what a person wrote')")
    assert (done.returncode, "a person" in done.stderr, "Traceback" in done.stderr) == (1, False, False)
    assert done.stderr.startswith(f"Stopped by an error in the program: {kind} at <string>:")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("error", "code"), [("KeyboardInterrupt", 130), ("BrokenPipeError(32, 'Broken pipe')", 1)])
def test_a_verb_that_a_person_cuts_short_ends_without_a_word(error, code):
    done = run_verb_that_raises(error)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


def test_a_file_that_cannot_be_used_is_one_sentence():
    done = run_verb_that_raises("OSError(28, 'No space left on device', 'models/new')")
    assert (done.returncode, done.stderr) == (1, "models/new can't be used: No space left on device.\n")


@pytest.mark.parametrize("arguments", [[], ["serve"], ["train", "now"], ["ask", "--yaml"]], ids=" ".join)
def test_a_wrong_call_says_how_to_get_help(arguments):
    done = run_bot(*arguments)
    assert (done.returncode, "Try 'python -m bot" in done.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [["--train", "a.csv"], ["--test", "b.csv"], ["--train", "a", "--test", "b", "c"]])
def test_evaluate_on_any_sentences_wants_both_files_and_no_other(arguments):
    done = run_bot("evaluate", *arguments)
    assert (done.returncode, done.stderr.startswith("Name both files, and no others")) == (1, True)


def test_ask_without_a_question_says_what_to_type():
    done = run_bot("ask")
    assert (done.returncode, done.stderr) == (1, 'Ask something: python -m bot ask "is drug checking legal?"\n')


@pytest.mark.parametrize("kept", [slice(100_000), slice(100, None)], ids=["its start", "its end"])
def test_a_model_of_which_a_part_is_missing_is_one_sentence(tmp_path, model, monkeypatch, kept):
    cut = tmp_path / model.name
    cut.write_bytes(model.read_bytes()[kept])
    monkeypatch.setattr("bot.cli.loading.trained_model", lambda: cut)
    failure = CliRunner().invoke(app, ["ask", "hello"]).exception
    assert (type(failure), str(failure).count("\n")) == (Failed, 0)
    assert f"{cut.name} can't be read" in str(failure)
    assert "Delete it and try again" in str(failure)
