"""Reads YAML as text, with line numbers. Every value stays the string that was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CBaseLoader as _Loader
except ImportError:  # PyYAML without libyaml is slower and otherwise the same.
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]

Place = tuple[str | int, ...]
"""Where a value is: keys and list positions from the top of the file."""


@dataclass(frozen=True, order=True)
class Problem:
    """Something that is wrong with a file, told so that its author can mend it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


class BrokenFile(Exception):
    """A file that can't be read as YAML; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Document:
    """A YAML file: its values, and the line on which each of them stands."""

    file: str
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of a value, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, message: str) -> Problem:
        """Return a problem with the value at `place`."""
        return Problem(self.file, self.line(place), message)


def read(path: Path) -> Document:
    """Read a YAML file in which all scalars are text (YAML 1.1 would turn `no` into false and `0111` into 73).

    Raises:
        BrokenFile: it isn't there, isn't UTF-8, isn't YAML, or says a key twice.
    """
    file = _shown(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BrokenFile(Problem(file, 1, f"can't be read ({error.strerror}). Put the file back.")) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BrokenFile(Problem(file, line, "isn't UTF-8 text. Save the file as UTF-8.")) from error
    lines: dict[Place, int] = {(): 1}
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = _plain(file, node, (), lines) if node is not None else None
    except yaml.MarkedYAMLError as error:
        raise BrokenFile(_syntax_problem(file, error)) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise BrokenFile(
            Problem(file, line, "has an invisible character that YAML forbids. Type the line anew.")
        ) from error
    return Document(file, data, lines)


def _shown(path: Path) -> str:
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
    return Problem(file, line, f"{what}. {hint}")


def _plain(file: str, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in mapping:
                raise BrokenFile(Problem(file, line, f"says `{key}` a second time. Keep one of the two."))
            inside = (*place, key)
            lines[inside] = line
            mapping[key] = _plain(file, value_node, inside, lines)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, (*place, index), lines) for index, item in enumerate(node.value)]
    return node.value.strip()
