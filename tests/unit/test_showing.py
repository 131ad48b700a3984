"""How a report is shown to people, to programs and to GitHub."""

from __future__ import annotations

import json

import pytest

from bot.checking.report import Report
from bot.checking.showing import for_github, for_people, for_programs
from bot.content.problems import WARNING, Location, Problem


@pytest.fixture
def report() -> Report:
    report = Report(notes=["Nobody has reviewed it."], answers=2, examples=30)
    place = Location("data/faq/a,b/c:d.yml", 4, 7)
    report.add([Problem(place, "it is 100 %\nwrong. Mend it."), Problem(place, "it is weak. Look.", WARNING)])
    return report


def test_a_person_gets_a_line_for_each(report):
    assert list(for_people(report)) == [
        "data/faq/a,b/c:d.yml:4:7: error: it is 100 %\nwrong. Mend it.",
        "data/faq/a,b/c:d.yml:4:7: warning: it is weak. Look.",
        "note: Nobody has reviewed it.",
        "1 problem in 2 answers and 30 example questions.",
    ]


def test_a_program_gets_one_object(report):
    (line,) = for_programs(report)
    assert json.loads(line) == {
        "problems": [
            {
                "file": "data/faq/a,b/c:d.yml",
                "line": 4,
                "column": 7,
                "level": "error",
                "message": "it is 100 %\nwrong. Mend it.",
            },
            {
                "file": "data/faq/a,b/c:d.yml",
                "line": 4,
                "column": 7,
                "level": "warning",
                "message": "it is weak. Look.",
            },
        ],
        "notes": ["Nobody has reviewed it."],
        "answers": 2,
        "examples": 30,
    }


def test_github_gets_commands_that_hold_no_line_break_and_no_stray_comma(report):
    assert list(for_github(report)) == [
        "::error file=data/faq/a%2Cb/c%3Ad.yml,line=4,col=7::it is 100 %25%0Awrong. Mend it.",
        "::warning file=data/faq/a%2Cb/c%3Ad.yml,line=4,col=7::it is weak. Look.",
        "::notice::Nobody has reviewed it.",
        "1 problem in 2 answers and 30 example questions.",
    ]
