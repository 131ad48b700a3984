"""The content is in order, and the check finds what isn't: one thing broken at a time."""

from __future__ import annotations

import re
import shutil
import threading

import pytest
from jsonschema import Draft7Validator

from bot.checking.report import check as check_all
from bot.content import DATA, QUESTIONS
from bot.content.answers import Address
from bot.content.library import Library
from bot.content.schema import schema_of
from bot.evaluation.labelled import read_questions
from tests.support import ROOT
from tests.support.small_content import check

CRIME = "faq/faq/crime.yml"
DRUG_CHECKING = "faq/service/drug_checking.yml"
ONLY_THE_ANSWER = "  - title: A book\n    url: https://example.org\n    sections: [answer]\n"
FOLLOW_UP = "follow_ups:\n  - question: Does it?\n    answer: |\n      "


def test_all_content_is_in_order():
    assert [str(problem) for problem in check_all().problems] == []


def test_every_row_of_the_source_page_leads_to_an_answer():
    library = Library()
    rows = [line.split("|") for line in (ROOT / "docs/source-page.md").read_text().splitlines() if line.startswith("|")]
    ids = [row[2].strip(" `") for row in rows if "`" in row[2]]
    assert len(ids) > 80
    assert [answer_id for answer_id in ids if answer_id not in library] == []


BROKEN = {
    "a missing key": (CRIME, r"title: .*\n", "", "`title` is missing. Add it"),
    "an unknown key": (CRIME, r"title:", "titel:", "`titel` isn't a key that belongs here. Did you mean `title`?"),
    "a key said twice": (CRIME, r"\Z", "title: Again\n", "`title` is here a second time"),
    "a long title": (CRIME, r"title: .*", f"title: {'x' * 39}", "`title` is 39 characters long, the most is 38"),
    "a long answer": (CRIME, r"answer: \|\n", f"answer: |\n  {'word ' * 91}\n", "the most is 90. Move some to `more`"),
    "no words": (CRIME, r"title: .*", "title:", "`title` has no text"),
    "too few words": (CRIME, r"title: .*", "title: X", "`title` is 1 characters long, the fewest is 2"),
    "a list that is a text": (CRIME, r"related:\n(  - .*\n)+", "related: faq/effective\n", "`related` should be a list"),
    "an answer that says yes": (CRIME, r"answer: \|\n", "answer: |\n  Yes: it does.\n", "`answer` begins with yes or no"),
    "more that says no": (CRIME, r"more: \|\n", "more: |\n  Not at all.\n", "`more` begins with yes or no"),
    "a section that says yes": (DRUG_CHECKING, r"law: \|\n", "law: |\n    It is, mostly.\n", "`law` begins with yes or no"),
    "a short text that says no": (CRIME, r"short: .*", "short: Nobody knows.", "`short` begins with yes or no"),
    "a hard text": (CRIME, r"answer: \|\n", f"answer: |\n  {'complicated ' * 9}\n", "Use shorter sentences and words"),
    "an unknown answer": (CRIME, r"related:\n", "related:\n  - faq/gone\n", "there is no answer `faq/gone`"),
    "an answer that leads to itself": (CRIME, r"related:\n", "related:\n  - faq/crime\n", "can't lead to itself"),
    "no sources": (CRIME, r"sources:\n(  .*\n)+", "sources: []\n", "`sources` is empty. Add at least one"),
    "a long follow-up": (CRIME, r"related:\n", f"{FOLLOW_UP}{'word ' * 51}\nrelated:\n", "the most is 50. Shorten it"),
    "a follow-up that says yes": (CRIME, r"related:\n", f"{FOLLOW_UP}Yes, it does.\nrelated:\n", "begins with yes or no"),
    "a follow-up without source": (CRIME, r"related:\n", f"{FOLLOW_UP}It works.\nrelated:\n", "`follow_ups` has no source"),
    "a source without address": (CRIME, r"sources:\n", "sources:\n  - title: A book\n", "`url` is missing in entry 1 of `sources`"),
    "an address that is none": (CRIME, r"url: https://.*", "url: my notes", "`url` is 'my notes', which isn't written"),
    "a date that is none": (CRIME, r"reviewed_on: .*", "reviewed_on: 22.11.2026", "`reviewed_on` is '22.11.2026'"),
    "a date to come": (CRIME, r"reviewed_on: .*", "reviewed_on: 2099-01-01", "which is yet to come"),
    "a word to avoid": (CRIME, r"answer: \|\n", "answer: |\n  An addict.\n", "'addict' is a word to avoid. Say: person"),
    "markup": (CRIME, r"answer: \|\n", "answer: |\n  **Bold.**\n", "'**' would be shown as it stands"),
    "a link that leads nowhere": (CRIME, r"answer: \|\n", "answer: |\n  [Here](www.x.org)\n", "the link to 'www.x.org' wouldn't work"),
    "a line that Rasa would read": (CRIME, r"answer: \|\n", "answer: |\n  rules: none\n", "a line can't begin with `rules:`"),
    "a tab": (CRIME, r"answer: \|\n", "answer:\n\ttext\n", "Indent with spaces, not tabs"),
    "a colon in a title": (CRIME, r"title: .*", "title: Crime: what", "A text with a colon and a space needs quotes"),
    "a section that there is not": (DRUG_CHECKING, r"  law: \|\n", "  laws: |\n", "`laws` isn't a key that belongs here. Did you mean `law`?"),
    "no sections": (DRUG_CHECKING, r"sections:\n(  +.*\n|\n)+(?=[a-z])", "sections: {}\n", "`sections` is empty. Add at least one"),
    "a part without source": (CRIME, r"sources:\n(  .*\n)+", f"sources:\n{ONLY_THE_ANSWER}", "`more` has no source"),
    "a doubled example": ("nlu/faq/crime.yml", r"examples: \|\n", "examples: |\n    - menu\n", "is already an example of"),
    "an example without dash": ("nlu/faq/crime.yml", r"examples: \|\n", "examples: |\n    hello you\n", "begins with '- '. Add it"),
    "an empty example": ("nlu/faq/crime.yml", r"examples: \|\n", "examples: |\n    - \n", "this example question is empty"),
    "brackets that are no link": (CRIME, r"answer: \|\n", "answer: |\n  [Here][1].\n", "'[' would be shown as it stands"),
    "a link to nowhere": (CRIME, r"answer: \|\n", "answer: |\n  [Here](https://x).\n", "the link to 'https://x' wouldn't work"),
    "an alias": (CRIME, r"title: .*", "title: *crime", "YAML takes `*crime` for a repetition"),
    "examples of another answer": ("nlu/faq/crime.yml", r"intent: faq/crime", "intent: faq/gone", "`intent: faq/gone` belongs in"),
    "a name of no service": ("entities.yml", r"service/drug_checking:", "service/gone:", "there is no answer `service/gone`"),
    "a name of nothing": ("entities.yml", r"(?m)^  heroin:\n(    - .*\n)+", "  heroin:\n", "`heroin` should be a list"),
    "no names of substances": ("entities.yml", r"(?m)^substance:", "substances:", "`substance` is missing. Add it"),
    "a word to avoid that nobody asks for": ("language.yml", r"(?m)^    source: .*\n", "", "`source` is missing in entry 1 of `avoid`"),
    "no list of words": ("language.yml", r"words: \[.*\]", "words: addict", "`words` should be a list"),
    "examples of a section that there is not": ("nlu/service/drug_checking.yml", r"section: law", "section: laws", "`section` is 'laws'; it can be what,"),
    "a block without examples": ("nlu/faq/crime.yml", r"examples: \|", "exampels: |", "`exampels` isn't a key that belongs here"),
    "no examples at all": ("nlu/faq/crime.yml", r"(?m)^nlu:", "nul:", "`nlu` is missing. Add it"),
    "a long button": ("faq/phrases.yml", r"more: .*", f"more: {'x' * 25}", "`more` is 25 characters long, the most is 24"),
    "a sentence without the number": ("faq/phrases.yml", r"\{number\}", "the number", "`emergency_number` is"),
    "a phrase that is missing": ("faq/phrases.yml", r"busy: .*\n", "", "`busy` is missing. Add it"),
    "a phrase that nobody uses": ("faq/phrases.yml", r"busy:", "bussy:", "Did you mean `busy`?"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_check_finds(data, file, old, new, message):
    path = data / file
    broken, times = re.subn(old, new.replace("\\", r"\\"), path.read_text(), count=1)
    assert times == 1
    path.write_text(broken)
    problems = [str(problem) for problem in check(data).problems]
    assert any(file in problem and message in problem for problem in problems), problems


def test_check_finds_an_answer_without_examples(data):
    path = data / "faq/urgent/not_breathing.yml"
    path.write_text(path.read_text().replace("button_only: true\n", ""))
    (problem,) = check(data).problems
    assert "not_breathing.yml:1:1: error: the answer has no example questions. Write " in str(problem)
    assert str(problem).endswith("nlu/urgent/not_breathing.yml.")


def test_check_finds_examples_without_an_answer(data):
    path = (data / "nlu/faq/crime.yml").rename(data / "nlu/faq/gone.yml")
    path.write_text(path.read_text().replace("faq/crime", "faq/gone"))
    problems = [str(problem) for problem in check(data).problems]
    assert any("gone.yml:5:1: error: `faq/gone` has example questions and no answer" in found for found in problems)


def test_check_finds_test_questions_without_an_answer(data, tmp_path):
    (tmp_path / "questions/faq").mkdir(parents=True)
    (tmp_path / "questions/faq/gone.tsv").write_text("faq/gone\twhat is gone\n")
    (problem,) = check(data, tmp_path / "questions").problems
    assert str(problem).endswith(
        "faq/gone.tsv:1:1: error: there is no answer `faq/gone`. Rename the file, or delete it."
    )


def test_questions_for_several_answers_stand_in_no_folder(data, tmp_path):
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions/blind.tsv").write_text("faq/crime\tdoes crime go up\n")
    assert check(data, tmp_path / "questions").problems == []


def test_every_test_question_stands_in_the_file_of_its_answer():
    joined = [question for question in read_questions([QUESTIONS]) if "/" in question.file]
    assert joined
    assert {question.file for question in joined if question.file != question.wanted.answer_id} == set()


def test_a_mistyped_id_is_one_problem(data):
    path = data / "nlu/faq/crime.yml"
    path.write_text(path.read_text().replace("faq/crime", "faq/crim"))
    assert len(check(data).problems) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("danger", "data/danger:1:1: error: the folder is missing, or has no .yml file in it"),
        ("nlu", "data/nlu:1:1: error: the folder is missing, or has no .yml file in it"),
        ("faq", "data/faq:1:1: error: the folder is missing, or has no answer in it"),
        ("faq/phrases.yml", "data/faq/phrases.yml:1:1: error: the file is missing. Put it back"),
        ("entities.yml", "data/entities.yml:1:1: error: the file is missing. Put it back"),
        ("language.yml", "data/language.yml:1:1: error: the file is missing. Put it back"),
        ("directory.yml", "data/directory.yml:1:1: error: the file is missing. Put it back"),
    ],
)
def test_check_finds_what_is_missing(data, name, message):
    (data / name).rename(data.parent / "elsewhere")
    assert any(message in str(problem) for problem in check(data).problems)


@pytest.mark.parametrize("name", ["danger", "nlu", "faq"])
def test_check_finds_an_empty_folder(data, name):
    shutil.rmtree(data / name)
    (data / name).mkdir()
    assert any(
        f"data/{name}:1:1: error: the folder is missing, or has no" in str(problem) for problem in check(data).problems
    )


def test_a_missing_folder_of_examples_is_one_problem(data):
    shutil.rmtree(data / "nlu")
    assert len(check(data).problems) == 1


def test_a_problem_keeps_the_column(data):
    path = data / CRIME
    path.write_text(path.read_text().replace("    url: https://", "    url: ftp://", 1))
    (problem,) = check(data).problems
    assert problem.location.column == 5


@pytest.mark.parametrize("kind", sorted(path.stem for path in DATA.glob("schemas/*.json")))
def test_every_schema_is_one(kind):
    Draft7Validator.check_schema(schema_of(kind))


def test_reading_the_answers_starts_no_thread():
    before = threading.active_count()
    Library()
    assert threading.active_count() == before


def test_answers_are_watched_once(tmp_path):
    before, answers = threading.active_count(), Library(tmp_path)
    answers.watch()
    answers.watch()
    assert threading.active_count() == before + 1


def test_check_finds_an_id_that_no_button_holds(data):
    name = f"{'n' * 39}x"
    (data / "faq/long_group_of_answers").mkdir()
    (data / CRIME).rename(data / f"faq/long_group_of_answers/{name}.yml")
    assert any(
        f"`long_group_of_answers/{name}` is 62 characters long, the most is 54" in str(problem)
        for problem in check(data).problems
    )


def test_check_names_the_line(data):
    path = data / CRIME
    lines = path.read_text().splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines, start=1) if line.startswith("reviewed_on"))
    path.write_text("".join(lines).replace("reviewed_on: 2026", "reviewed_on: 1926"))
    assert f"crime.yml:{number}:1: " in str(check(data).problems[0])


def test_check_finds_a_file_that_is_not_utf8(data):
    (data / CRIME).write_bytes(b"title: caf\xe9\n")
    assert ":1:1: error: this isn't UTF-8 text" in str(check(data).problems[0])


def test_check_finds_everything_at_once(data):
    for name in ("crime", "effective"):
        (data / f"faq/faq/{name}.yml").write_text("title: x\n")
    files = {problem.location.file.rpartition("/")[2] for problem in check(data).problems}
    assert {"crime.yml", "effective.yml"} <= files


@pytest.mark.parametrize("text", ["faq/crime", "service/drug_checking#law", "faq/crime#more", "out_of_scope"])
def test_an_address_reads_as_it_is_written(text):
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize("text", ["", "Faq/crime", "faq/crime/more", "faq/crime#nothing", "../faq", "faq/", "#law"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="is not the address of an answer"):
        Address.parse(text)
