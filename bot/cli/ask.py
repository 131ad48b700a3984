"""`python -m bot ask`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.cli.failed import Failed
from bot.cli.loading import assistant


def ask(
    question: Annotated[list[str] | None, typer.Argument(help="The question.", show_default=False)] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Read one question a line from standard input, write one JSON object a line."),
    ] = False,
) -> None:
    """Show what a question would be answered with, and why."""
    if not as_json and not question:
        raise Failed('Ask something: python -m bot ask "is drug checking legal?"')
    import asyncio

    from bot.channels import terminal

    asking = (
        terminal.ask_as_json(assistant(), sys.stdin)
        if as_json
        else terminal.ask_and_explain(assistant(), " ".join(question or ()))
    )
    asyncio.run(asking)
