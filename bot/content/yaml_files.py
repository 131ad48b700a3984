"""Reads YAML as text, with line numbers. Every value stays the string that was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.problems import BrokenFile, Location, Problem

try:
    from yaml import CBaseLoader as _Loader
except ImportError:  # PyYAML without libyaml is slower and otherwise the same.
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]

KeyPath = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top of the file."""


@dataclass(frozen=True)
class Document:
    """A YAML file: its values, and where each of them stands (line and column)."""

    file: str
    data: Any
    marks: dict[KeyPath, tuple[int, int]]

    def location(self, path: KeyPath) -> Location:
        """Return where a value is, or the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return Location(self.file, *self.marks.get(path, (1, 1)))

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Return a problem with the value at `path`."""
        return Problem(self.location(path), message)


def yaml_below(folder: Path) -> list[Path]:
    """Return the YAML files below a folder, in order; those whose names begin with a dot are an editor's."""
    return sorted(path for path in folder.rglob("*.yml") if not path.name.startswith("."))


def read(path: Path) -> Document:
    """Read a YAML file in which all scalars are text (YAML 1.1 would turn `no` into false and `0111` into 73).

    Raises:
        BrokenFile: it isn't there, isn't UTF-8, isn't YAML, or has a key twice.
    """
    file = shown(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise _broken(file, 1, "is missing. Put the file back.") from error
    except OSError as error:
        raise _broken(file, 1, f"can't be read ({error.strerror}). Put the file back.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _broken(file, line, "isn't UTF-8 text. Save the file as UTF-8.") from error
    marks: dict[KeyPath, tuple[int, int]] = {(): (1, 1)}
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = _plain(file, node, (), marks) if node is not None else None
    except yaml.MarkedYAMLError as error:
        raise BrokenFile([_syntax_problem(file, error)]) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise _broken(file, line, "has an invisible character that YAML forbids. Type the line again.") from error
    return Document(file, data, marks)


def shown(path: Path) -> str:
    """Return a path as people are shown it: from the folder that they are in, if it is below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _syntax_problem(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    what = error.problem or "isn't valid YAML"
    hint = "Check the indentation and the quotes here and on the line before."
    if "mapping values are not allowed" in what:
        hint = "A text with a colon and a space needs quotes, or a '|' block."
    elif "could not find expected ':'" in what or "expected <block end>" in what:
        hint = "A key needs a colon behind it, and a text of several lines needs '|' and an indentation."
    elif "cannot start any token" in what:
        hint = "Indent with spaces, not tabs, and put a text that begins with a special character in quotes."
    column = mark.column + 1 if mark else 1
    return Problem(Location(file, line, column), f"{what}. {hint}")


def _broken(file: str, line: int, message: str) -> BrokenFile:
    return BrokenFile([Problem(Location(file, line), message)])


def _plain(file: str, node: yaml.Node, path: KeyPath, marks: dict[KeyPath, tuple[int, int]]) -> Any:
    marks.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            start = key_node.start_mark
            if key in mapping:
                raise _broken(file, start.line + 1, f"says `{key}` a second time. Keep one of the two.")
            inside = (*path, key)
            marks[inside] = (start.line + 1, start.column + 1)
            mapping[key] = _plain(file, value_node, inside, marks)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, (*path, index), marks) for index, item in enumerate(node.value)]
    return node.value.strip()
