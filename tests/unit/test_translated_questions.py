"""Example questions in other languages: what `bot check` finds in them."""

from __future__ import annotations

import pytest

from bot.checking.translated_questions import problems
from bot.checking.translations import unchecked
from bot.content.translated_questions import read_questions

IDS = {"chat/greet", "chat/thanks"}
HEAD = "written_by: project author\nreviewed_by: nobody yet\nquestions:\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "de" / "questions").mkdir(parents=True)
    return tmp_path / "de"


def found_in(folder, questions: str, name: str = "chat") -> list[str]:
    (folder / "questions" / f"{name}.yml").write_text(HEAD + questions)
    return [problem.message for problem in problems(folder, IDS)]


def test_questions_are_read_with_their_answers(folder):
    assert found_in(folder, "  chat/greet:\n    - hallo\n  chat/thanks:\n    - danke\n") == []
    assert [question[:2] for question in read_questions(folder)[0]] == [
        ("chat/greet", "hallo"),
        ("chat/thanks", "danke"),
    ]


def test_a_language_without_questions_has_nothing_wrong(tmp_path):
    assert list(problems(tmp_path, IDS)) == []


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ("  chat/nothing:\n    - hallo\n", "there is no answer `chat/nothing`"),
        ("  chat/greet:\n    - hallo\n    - Hallo!\n", "also stands for `chat/greet`"),
        ("  chat/greet:\n    - नमस्ते\n  chat/thanks:\n    - नमस्ते।\n", "also stands for `chat/greet`"),
        ("  chat/greet:\n    - '??'\n", "has no words"),
        ("  chat/greet: []\n", "`chat/greet`"),
    ],
)
def test_what_is_wrong_with_questions_is_named(folder, questions, said):
    assert any(said in message for message in found_in(folder, questions)), found_in(folder, questions)


def test_the_same_question_in_two_files_is_named(folder):
    found_in(folder, "  chat/greet:\n    - hallo\n")
    assert len(found_in(folder, "  chat/thanks:\n    - hallo\n", "more")) == 1


def test_vowel_signs_tell_words_apart(folder):
    assert found_in(folder, "  chat/greet:\n    - दिन\n  chat/thanks:\n    - दान\n") == []


def test_questions_count_among_unchecked_files(folder):
    found_in(folder, "  chat/greet:\n    - hallo\n")
    assert unchecked(folder.parent) == {"de": 1}
