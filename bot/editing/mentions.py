"""Where an answer's id is named: in data, documentation, tests, and code, which only a developer can change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.content.problems import Location
from bot.content.yaml_files import shown
from bot.editing import CannotEdit, Project

_CODE = {"bot": (".py",), "actions": (".py",), "web": (".js", ".html"), "tools": (".py",)}


def pattern_of(answer_id: str) -> re.Pattern[str]:
    """Return what finds an id by itself, with a section, or as the path of one of its files; not in a web address."""
    return re.compile(
        rf"(?<![\w/.-])((?:(?:data/)?(?:faq|nlu)|(?:tests/)?questions)/)?{re.escape(answer_id)}(?![\w/-])"
    )


def refuse_if_code_names(answer_id: str, project: Project) -> None:
    """See that no code relies on an id.

    Raises:
        CannotEdit: some does.
    """
    code = {project.root / folder: endings for folder, endings in _CODE.items()}
    places = list(places_of(answer_id, _files(code)))
    if places:
        named = ", ".join(map(str, places))
        raise CannotEdit(f"The code relies on `{answer_id}`: {named}. Ask a developer to change that first.")


def replace(old: str, new: str, project: Project) -> list[Path]:
    """Write the new id wherever the old one is named; return the files that changed."""
    pattern, changed = pattern_of(old), []
    for path in _files(project.texts):
        text = path.read_text(encoding="utf-8")
        after = pattern.sub(lambda found: (found[1] or "") + new, text)
        if after != text:
            path.write_text(after, encoding="utf-8")
            changed.append(path)
    return changed


def left(answer_id: str, project: Project) -> list[Location]:
    """Return where an id is still named."""
    return list(places_of(answer_id, _files(project.texts)))


def places_of(answer_id: str, files: Iterator[Path]) -> Iterator[Location]:
    """Yield where an id is named in files."""
    pattern = pattern_of(answer_id)
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            for found in pattern.finditer(line):
                yield Location(shown(path), number, found.start() + 1)


def _files(folders: dict[Path, tuple[str, ...]]) -> Iterator[Path]:
    for folder, endings in folders.items():
        for path in sorted(folder.rglob("*")):
            if path.suffix in endings and path.is_file():
                yield path
