"""`python -m bot check`."""

from __future__ import annotations

import typer


def check() -> None:
    """Check all answers and example questions, and list every problem."""
    from bot.checking import checks
    from bot.rasa.training import danger_problems

    report = checks.check()
    report.problems += danger_problems()
    for problem in report.problems:
        print(problem)
    for note in report.notes:
        print(f"Note: {note}")
    if report.problems:
        print(f"{len(report.problems)} problems in {report.answers} answers and {report.examples} example questions.")
        raise typer.Exit(1)
    print(f"{report.answers} answers and {report.examples} example questions are in order.")
