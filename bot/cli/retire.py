"""`python -m bot retire`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.failed import failing_on


def retire(
    answer_id: Annotated[str, typer.Argument(metavar="GROUP/NAME", help="The answer's id.")],
    into: Annotated[
        str | None, typer.Option(metavar="GROUP/NAME", help="The answer that takes over its questions and buttons.")
    ] = None,
) -> None:
    """Take an answer away, with its examples, test questions, and the buttons that lead to it."""
    from bot.editing import CannotEdit, Project, mentions, moving

    project = Project()
    with failing_on(CannotEdit):
        moving.retire(answer_id, into, project)
    left = mentions.left(answer_id, project)
    for place in left:
        print(f"{place}: still names `{answer_id}`. Change it.")
    print(f"`{answer_id}` is gone; what was committed, git still has. Now run: python -m bot check")
