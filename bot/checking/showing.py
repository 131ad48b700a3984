"""How a report is shown: for people, for programs, and for GitHub, which puts it beside the lines of a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.checking.report import Report
from bot.content.problems import Problem


def for_people(report: Report) -> Iterator[str]:
    """Yield a line for each problem, warning and note, and the count."""
    yield from map(str, (*report.problems, *report.warnings))
    for note in report.notes:
        yield f"note: {note}"
    checked = f"{report.answers} answers and {report.examples} example questions"
    if report.problems:
        count = len(report.problems)
        yield f"{count} problem{'s' * (count > 1)} in {checked}."
    else:
        yield f"{checked} are in order."


def for_programs(report: Report) -> Iterator[str]:
    """Yield one JSON object."""
    found = [
        {
            "file": one.location.file,
            "line": one.location.line,
            "column": one.location.column,
            "level": one.level,
            "message": one.message,
        }
        for one in (*report.problems, *report.warnings)
    ]
    yield json.dumps(
        {"problems": found, "notes": report.notes, "answers": report.answers, "examples": report.examples},
        ensure_ascii=False,
    )


def for_github(report: Report) -> Iterator[str]:
    """Yield GitHub's commands for annotations, and the count (docs.github.com, "Workflow commands")."""
    for one in (*report.problems, *report.warnings):
        yield _annotation(one)
    for note in report.notes:
        yield f"::notice::{_message(note)}"
    yield list(for_people(report))[-1]


def _annotation(problem: Problem) -> str:
    where = problem.location
    file = _message(where.file).replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.level} file={file},line={where.line},col={where.column}::{_message(problem.message)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
