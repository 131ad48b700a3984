"""`python -m bot rename`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.failed import failing_on


def rename(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The answer's id, for example faq/crime.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new id.")],
) -> None:
    """Give an answer another id, everywhere: its files, buttons, examples, tests and documentation."""
    from bot.content.yaml_files import shown
    from bot.editing import CannotEdit, Project, moving

    with failing_on(CannotEdit):
        changed = moving.rename(old, new, Project())
    for path in changed:
        print(shown(path))
    print(f"`{old}` is `{new}` now, in {len(changed)} files. Its old buttons lead nowhere in open chats.")
