"""Labelled questions are read from files and from folders."""

from __future__ import annotations

import pytest

from bot.content.reply import Kind
from bot.conversation.explain import Asked
from bot.evaluation.labelled import WrongQuestions, read_questions
from bot.evaluation.report import Result, print_report


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq/crime.tsv").write_text("faq/crime\tdoes crime go up\n\n# A remark.\nfaq/crime\tmore burglaries?\n")
    (tmp_path / "faq/includes.tsv").write_text("faq/includes\twhat belongs to it\n")
    (tmp_path / "blind_too.tsv").write_text("faq/crime\tis it safe around there\n")
    return tmp_path


def test_a_folder_is_all_its_files_each_named_by_its_path(folder):
    names = [question.file for question in read_questions([folder])]
    assert names == ["blind_too", "faq/crime", "faq/crime", "faq/includes"]


def test_a_file_is_named_without_its_ending(folder):
    assert {question.file for question in read_questions([folder / "faq/crime.tsv"])} == {"crime"}


def test_a_folder_without_questions_is_refused(folder):
    (folder / "empty").mkdir()
    with pytest.raises(WrongQuestions, match=r"empty has no \.tsv file in it"):
        read_questions([folder / "empty"])


def test_what_comes_from_a_file_that_begins_with_blind_is_blind(folder):
    assert [question.text for question in read_questions([folder]) if question.is_blind] == ["is it safe around there"]


def test_the_report_has_a_row_for_each_folder_and_file(folder, capsys):
    got = Asked("", "faq/crime", None, 1.0, Kind.ANSWER)
    print_report([Result(question, got) for question in read_questions([folder])])
    rows = capsys.readouterr().out.split("top-1 by file")[1].split("worst confusions")[0].splitlines()
    assert [(row.split()[0], row.split()[-3:]) for row in rows if row.startswith("  ")] == [
        ("blind_too", ["1", "of", "1"]),
        ("faq", ["2", "of", "3"]),
    ]
