"""`python -m bot new`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.failed import failing_on


def new(
    answer_id: Annotated[str, typer.Argument(metavar="GROUP/NAME", help="The id of the new answer.")],
    title: Annotated[str, typer.Option(metavar="TITLE", help="What its button says.")] = "",
) -> None:
    """Begin a new answer: write its file and the file of its example questions."""
    from bot.content.yaml_files import shown
    from bot.editing import CannotEdit, Project
    from bot.editing.skeleton import Draft, begin

    project = Project()
    with failing_on(CannotEdit):
        files = begin(answer_id, Draft(title) if title else Draft(), project)
    print(f"Written: {' and '.join(map(shown, files))}. Fill them in; python -m bot check says what is left to write.")
    topics = "" if project.own else ", and a line into docs/topics.md"
    print(f"Then write test questions into {shown(project.questions(answer_id))}{topics}.")
