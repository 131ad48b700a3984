"""`python -m bot check`."""

from __future__ import annotations

import typer


def check() -> None:
    """Check all answers and example questions, and list every problem."""
    from bot.checking import report as checking

    report = checking.check()
    for problem in report.problems:
        print(problem)
    for warning in report.warnings:
        print(f"Warning: {warning}")
    for note in report.notes:
        print(f"Note: {note}")
    if report.problems:
        print(f"{len(report.problems)} problems in {report.answers} answers and {report.examples} example questions.")
        raise typer.Exit(1)
    print(f"{report.answers} answers and {report.examples} example questions are in order.")
