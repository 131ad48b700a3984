"""`python -m bot import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.failed import failing_on


def import_table(
    table: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .csv or .xlsx with columns question, answer, source.")
    ],
    group: Annotated[str, typer.Option(metavar="GROUP", help="The group that the answers go into.")] = "faq",
) -> None:
    """Make answers of a table of questions and answers, each marked to be reviewed."""
    from bot.editing import CannotEdit, Project
    from bot.editing.table import make_answers

    with failing_on(CannotEdit):
        made = make_answers(table, group, Project())
    for one in made:
        print(f"{one.answer_id}: {'written' if one.new else 'is there already, and stays as it is'}")
    new = sum(one.new for one in made)
    print(f"{new} new answers, to be reviewed. They need more example questions: python -m bot check says which.")
