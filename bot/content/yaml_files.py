"""Reads YAML files as text, with line numbers. Every value stays the string that was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.problems import WARNING, BrokenFile, Location, Problem
from bot.content.yaml_text import KeyPath, Marks, parse


@dataclass(frozen=True)
class Document:
    """A YAML file: its values, and where each of them stands (line and column)."""

    file: str
    data: Any
    marks: Marks

    def location(self, path: KeyPath) -> Location:
        """Return where a value is, or the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return Location(self.file, *self.marks.get(path, (1, 1)))

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Return a problem with the value at `path`."""
        return Problem(self.location(path), message)

    def advice(self, path: KeyPath, message: str) -> Problem:
        """Return what should be mended at `path` and doesn't stop a training."""
        return Problem(self.location(path), message, WARNING)


def yaml_below(folder: Path) -> list[Path]:
    """Return the YAML files below a folder, in order; those whose names begin with a dot are an editor's."""
    return sorted(path for path in folder.rglob("*.yml") if not path.name.startswith("."))


def read(path: Path) -> Document:
    """Read a YAML file.

    Raises:
        BrokenFile: it isn't there, isn't UTF-8, or `parse` refuses it.
    """
    file = shown(path)
    try:
        text = path.read_text(encoding="utf-8-sig")  # Some editors begin a file with a mark that says UTF-8.
    except FileNotFoundError as error:
        raise _broken(file, 1, "the file is missing. Put it back.") from error
    except OSError as error:
        raise _broken(file, 1, f"the file can't be read ({error.strerror}). Put it back.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _broken(file, line, "this isn't UTF-8 text. Save the file as UTF-8.") from error
    return Document(file, *parse(file, text))


def shown(path: Path) -> str:
    """Return a path as people are shown it: from the folder that they are in, if it is below."""
    resolved = path.resolve()
    try:
        return str(resolved.relative_to(Path.cwd()))
    except ValueError:
        return str(resolved)


def _broken(file: str, line: int, message: str) -> BrokenFile:
    return BrokenFile([Problem(Location(file, line), message)])
