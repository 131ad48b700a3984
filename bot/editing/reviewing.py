"""Records that someone has reviewed an answer."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from bot.content.answers import TO_REVIEW, UNREVIEWED
from bot.content.problems import BrokenFile
from bot.content.schema import read_as, schema_of
from bot.editing import CannotEdit, Project


def roles() -> list[str]:
    """Return what people who review answers can be: those that the schema names."""
    named = schema_of("answer")["properties"]["reviewed_by"]["enum"]
    return [role for role in named if role not in (UNREVIEWED, TO_REVIEW)]


def record(answer_id: str, role: str, project: Project) -> Path:
    """Write today's day and a role into an answer's file, and return the file.

    Raises:
        CannotEdit: there is no such answer or role, or the file is broken.
    """
    path = project.answer(answer_id)
    if project.own and not path.exists() and (project.answers_in_use / f"{answer_id}.yml").exists():
        raise CannotEdit(
            f"`{answer_id}` is shipped, not your own. To review your own version, copy its file to {path}."
        )
    if not path.exists():
        raise CannotEdit(f"There is no answer `{answer_id}`. Its id is the path of its file below data/faq/.")
    if role not in roles():
        raise CannotEdit(f"{role!r} isn't a role. It can be: {', '.join(roles())}.")
    try:
        read_as("answer", path)
    except BrokenFile as broken:
        raise CannotEdit(f"{broken}\nMend the file first.") from broken
    text = path.read_text(encoding="utf-8")
    for key, value in (("reviewed_on", datetime.date.today().isoformat()), ("reviewed_by", role)):
        text = re.sub(rf"(?m)^{key}:.*$", f"{key}: {value}", text)
    path.write_text(text, encoding="utf-8")
    return path
