"""`python -m bot review`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.failed import Failed, failing_on


def review(
    answer_id: Annotated[
        str | None, typer.Argument(metavar="[GROUP/NAME]", help="Print this answer's sheet.", show_default=False)
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Record that someone in this role has reviewed it today.")
    ] = None,
) -> None:
    """List the answers whose review is due, print a sheet to review one by, or record a review."""
    from bot.checking.sheet import due, sheet
    from bot.content.answer_files import read_answers
    from bot.content.schema import read_as
    from bot.content.yaml_files import shown
    from bot.editing import CannotEdit, Project, reviewing

    project = Project()
    if by:
        if not answer_id:
            raise Failed("Name the answer, too: python -m bot review faq/crime --by nurse")
        with failing_on(CannotEdit):
            print(f"{shown(reviewing.record(answer_id, by, project))}: reviewed today by: {by}")
        return
    answers = {file.id: file.answer for file in read_answers(project.answers_in_use) if file.answer}
    if not answer_id:
        print("\n".join(due(answers.values())))
    elif answer_id in answers:
        names = read_as("names", project.root / "data" / "entities.yml").data["substance"]
        print("\n".join(sheet(answers[answer_id], [word for words in names.values() for word in words])))
    else:
        raise Failed(f"There is no answer `{answer_id}` that can be read. python -m bot review lists what is due.")
