"""`python -m bot check`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.failed import Failed, failing_on


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object, for programs.")] = False,
    github: Annotated[bool, typer.Option("--github", help="Write annotations for a GitHub workflow.")] = False,
    links: Annotated[bool, typer.Option("--links", help="Also open all sources and links; takes minutes.")] = False,
) -> None:
    """Check all answers and example questions, and list every problem."""
    if as_json and github:
        raise Failed("Choose one of --json and --github.")
    from bot.checking import showing
    from bot.checking.report import check as checked

    report = checked()
    if links:
        from bot.checking.links import Offline, unopened

        with failing_on(Offline):
            report.add(unopened())
    show = showing.for_programs if as_json else showing.for_github if github else showing.for_people
    for line in show(report):
        print(line)
    if report.problems:
        raise typer.Exit(1)
