"""Answers are begun, renamed, retired and imported with all that belongs to them."""

from __future__ import annotations

import datetime
import re

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from bot.cli import app
from bot.content.answer_files import read_answers
from bot.content.examples import example_questions
from bot.content.library import Library
from bot.editing import Project
from tests.support.small_content import check

CRIME, EFFECTIVE = "faq/crime", "faq/effective"


@pytest.fixture
def project(data, tmp_path, monkeypatch) -> Project:
    """A copy of some of what staff edit, with a few tests and no code; verbs work on it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/topics.md").write_text("`faq/crime`: [here](https://x.org/faq/crime), not `faq/crimes`.\n")
    (tmp_path / "tests/questions/faq").mkdir(parents=True)
    (tmp_path / "tests/questions/faq/crime.tsv").write_text("faq/crime\tmore burglars?\n")
    (tmp_path / "tests/questions/mixed.tsv").write_text("faq/crime\tcrime?\nfaq/effective\tdoes it work?\n")
    (tmp_path / "tests/test_x.py").write_text('PATH = "data/faq/faq/crime.yml"\n')
    project = Project(tmp_path, None)
    monkeypatch.setattr("bot.editing.Project", lambda: project)
    monkeypatch.chdir(tmp_path)
    return project


def bot(*arguments: str) -> str:
    """Run a verb that succeeds, and return what it prints."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def refused(*arguments: str) -> str:
    """Run a verb that fails, and return what it says."""
    return str(CliRunner().invoke(app, arguments).exception)


def problems(project: Project) -> list[str]:
    return [str(problem) for problem in check(project.root / "data", project.root / "tests/questions").problems]


def test_a_new_answer_can_be_read(project):
    bot("new", "safety/storing", "--title", "Storing drugs: how?")
    (file,) = [file for file in read_answers(project.answers) if file.id == "safety/storing"]
    assert (file.problems, file.answer.title) == ((), "Storing drugs: how?")


def test_the_check_lists_what_is_left_to_write_in_a_new_answer_and_nothing_else(project):
    bot("new", "safety/storing")
    assert [re.sub(r".*error: ", "", problem) for problem in problems(project)] == [
        "`title` is still to write. Write it.",
        "`answer` is still to write. Write it.",
        "`title` is still to write. Write it.",
        "`url` is still to write. Write it.",
        "`safety/storing` has 1 example question, the fewest is 25. Add some.",
        "this example question is still to write. Write some, and delete this line.",
    ]


@pytest.mark.parametrize(
    ("answer_id", "said"),
    [
        ("faq/crime", "There is an answer `faq/crime` already"),
        ("storing", "'storing' can't be an id"),
        ("safety/Storing", "can't be an id"),
        ("../x/storing", "can't be an id"),
        ("safety/storing#law", "can't be an id"),
        (f"safety/{'x' * 41}", "can't be an id"),
        ("safty/storing", "There is no group 'safty'. Take one of these: chat, faq,"),
    ],
)
def test_an_id_that_cannot_be_had_is_refused(project, answer_id, said):
    assert said in refused("new", answer_id)


@pytest.fixture
def renamed(project) -> Project:
    bot("rename", CRIME, "safety/neighbours")
    return project


def test_after_a_rename_everything_is_in_order(renamed):
    assert problems(renamed) == []


def test_a_rename_takes_examples_and_buttons_along(renamed):
    library = Library(renamed.answers)
    assert CRIME not in library
    assert any(str(address) == "safety/neighbours" for answer in library for address in answer.related)
    assert "safety/neighbours" in {answer_id for answer_id, _ in example_questions(renamed.root / "data/nlu")}


def test_a_rename_takes_tests_and_documentation_along_and_leaves_web_addresses(renamed):
    tests = renamed.root / "tests"
    assert (tests / "questions/safety/neighbours.tsv").read_text() == "safety/neighbours\tmore burglars?\n"
    assert (tests / "questions/mixed.tsv").read_text().startswith("safety/neighbours\tcrime?\nfaq/effective")
    assert (tests / "test_x.py").read_text() == 'PATH = "data/faq/safety/neighbours.yml"\n'
    text = (renamed.root / "docs/topics.md").read_text()
    assert text == "`safety/neighbours`: [here](https://x.org/faq/crime), not `faq/crimes`.\n"


@pytest.mark.parametrize("arguments", [("rename", CRIME, "faq/other"), ("retire", CRIME)], ids=["rename", "retire"])
def test_what_the_code_relies_on_stays(project, arguments):
    (project.root / "bot").mkdir()
    (project.root / "bot/x.py").write_text('\nX = "faq/crime"\n')
    assert refused(*arguments).startswith("The code relies on `faq/crime`: bot/x.py:2:6. Ask a developer")
    assert project.answer(CRIME).exists()


def test_after_retiring_an_answer_into_another_everything_is_in_order(project):
    before = len(list(example_questions(project.root / "data/nlu")))
    bot("retire", CRIME, "--into", EFFECTIVE)
    assert problems(project) == []
    assert len(list(example_questions(project.root / "data/nlu"))) == before


def test_a_retired_answer_hands_its_test_questions_over(project):
    bot("retire", CRIME, "--into", EFFECTIVE)
    assert (project.root / "tests/questions/faq/effective.tsv").read_text() == "faq/effective\tmore burglars?\n"
    assert not project.questions(CRIME).exists()


def test_without_another_its_questions_and_buttons_go(project):
    bot("retire", CRIME)
    assert (project.root / "tests/questions/mixed.tsv").read_text() == "faq/effective\tdoes it work?\n"
    assert not any(address.answer_id == CRIME for answer in Library(project.answers) for address in answer.related)
    assert not project.examples(CRIME).exists()


def test_where_a_retired_answer_is_still_named_is_said(project):
    assert "docs/topics.md:1:2: still names `faq/crime`. Change it." in bot("retire", CRIME)


def test_an_answer_that_the_rules_for_danger_lead_to_is_not_retired(project):
    assert "The rules for danger lead to `urgent/overdose`" in refused("retire", "urgent/overdose")


TABLE = (
    "\ufeffQuestion;Answer;Source\n"
    "Can I bring my dog?;\"Yes,\u00a0you can.\n• Small dogs\n• Big dogs\";Our house rules, https://example.net/dogs.\n"
    "What are your opening hours at the main office in town?;Nine to five.;\n"
)  # fmt: skip


@pytest.fixture
def imported(project) -> dict:
    (project.root / "ours.csv").write_text(TABLE)
    before = {file.id for file in read_answers(project.answers)}
    bot("import", "ours.csv", "--group", "safety")
    return {file.id: file.answer for file in read_answers(project.answers) if file.id not in before}


def test_each_row_becomes_an_answer_by_the_name_of_its_question(imported):
    assert sorted(imported) == ["safety/can_i_bring_my_dog", "safety/what_are_your_opening_hours_at_the_main"]


def test_an_imported_answer_has_its_words_and_its_source(imported):
    answer = imported["safety/can_i_bring_my_dog"]
    assert (answer.title, answer.text) == ("Can I bring my dog?", "Yes, you can.\n- Small dogs\n- Big dogs")
    assert [(one.title, one.url) for one in answer.sources] == [("Our house rules", "https://example.net/dogs")]


def test_a_long_question_becomes_a_short_title(imported):
    assert imported["safety/what_are_your_opening_hours_at_the_main"].title == "What are your opening hours at the…"


def test_an_imported_question_is_an_example(imported, project):
    assert ("safety/can_i_bring_my_dog", "Can I bring my dog?") in list(example_questions(project.root / "data/nlu"))


def test_imported_answers_are_to_be_reviewed(imported, project):
    warnings = [str(one) for one in check(project.root / "data").warnings]
    assert [one for one in warnings if "dog.yml" in one and "nobody has compared this answer with its sources" in one]


def test_a_missing_source_is_left_to_write(imported, project):
    assert any("opening_hours_at_the_main.yml" in one and "still to write" in one for one in problems(project))


def test_an_answer_that_is_there_already_stays_as_it_is(imported, project):
    file = project.answer("safety/can_i_bring_my_dog")
    file.write_text("mine")
    assert "safety/can_i_bring_my_dog: is there already" in bot("import", "ours.csv", "--group", "safety")
    assert file.read_text() == "mine"


def test_a_sheet_of_excel_is_read_too(project):
    book = Workbook()
    for row in (["Answer", "Notes", "Question"], ["Nine to five.", None, "When are you open?"], [None, None, None]):
        book.active.append(row)
    book.save("ours.xlsx")
    assert bot("import", "ours.xlsx").startswith("faq/when_are_you_open: written\n1 new")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.csv", b"Frage;Antwort\n", "x.csv has no column `question`"),
        ("x.csv", b"", "x.csv has no column `question`"),
        ("x.csv", b"question,answer\nWhy?,\n", "x.csv, row 2: has a question or an answer, but not both"),
        ("x.csv", b"question\xe9", "x.csv isn't UTF-8 text"),
        ("x.xlsx", b"no sheet", "x.xlsx can't be read as a sheet"),
        ("x.doc", b"", "x.doc is neither .csv nor .xlsx"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(project, name, text, said):
    (project.root / name).write_bytes(text)
    assert said in refused("import", name)


def test_a_table_that_is_not_there_is_one_sentence(project):
    assert "gone.csv isn't a file" in refused("import", "gone.csv")


def test_a_review_is_recorded_with_its_day_and_role(project):
    before = project.answer(CRIME).read_text()
    bot("review", CRIME, "--by", "nurse")
    (file,) = [file for file in read_answers(project.answers) if file.id == CRIME]
    assert (file.answer.reviewed_by, file.answer.reviewed_on) == ("nurse", datetime.date.today().isoformat())
    assert len(project.answer(CRIME).read_text().splitlines()) == len(before.splitlines())


def test_what_was_reviewed_lately_isnt_listed(project):
    assert f"{CRIME}: never reviewed" in bot("review")
    bot("review", CRIME, "--by", "nurse")
    assert CRIME not in bot("review")


@pytest.mark.parametrize(
    ("answer_id", "days", "listed"),
    [("faq/crime", 370, True), ("faq/crime", 200, False), ("urgent/overdose", 200, True)],
)
def test_a_review_is_due_after_a_year_and_of_urgent_answers_after_half_a_year(project, answer_id, days, listed):
    bot("review", answer_id, "--by", "doctor")
    file, day = project.answer(answer_id), datetime.date.today() - datetime.timedelta(days)
    file.write_text(re.sub("reviewed_on: .*", f"reviewed_on: {day}", file.read_text()))
    assert (f"{answer_id}: review due" in bot("review")) == listed


def test_the_sheet_of_an_answer_has_its_words_claims_and_sources(project):
    sheet = bot("review", CRIME)
    answer = Library(project.answers)[CRIME]
    assert answer.text in sheet
    assert all(source.url in sheet for source in answer.sources)
    assert "Is it true? “But 16 of the studies were about one site, in Vancouver.”" in sheet


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("faq/gone",), "There is no answer `faq/gone`"),
        (("faq/gone", "--by", "nurse"), "There is no answer `faq/gone`"),
        (("faq/crime", "--by", "Jane"), "'Jane' isn't a role. It can be: harm reduction worker,"),
        (("--by", "nurse"), "Name the answer, too"),
    ],
)
def test_a_review_that_cannot_be_recorded_is_one_sentence(project, arguments, said):
    assert said in refused("review", *arguments)
