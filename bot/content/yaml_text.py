"""Turns the text of a YAML file into values. What YAML would read otherwise than its author meant is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from bot.content.problems import BrokenFile, Location, Problem

try:
    from yaml import CBaseLoader as _Loader
except ImportError:  # PyYAML without libyaml is slower and otherwise the same.
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]

KeyPath = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top of the file."""
Marks = dict[KeyPath, tuple[int, int]]
"""Where each value stands: line and column."""

_DEEPEST = 30
"""How far lists and keys may stand in one another. Whoever walks through a thousand of them runs out of memory."""
_MERGE_MARK = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?= |$)", re.MULTILINE)
INVISIBLE = re.compile(
    r"[\u00a0\u00ad\u061c\u115f\u1160\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufeff\uffa0]"
    r"|\u200d(?![^\w\s])"  # What joins two emojis stays.
    r"|(?<![\u0600-\u06ff])\u200c"  # Persian needs it inside of words.
)
"""Letters that nobody sees, and spaces that are none."""
_COMMENT = re.compile(r"[ \t]+(#.*)")
_CURLY = re.compile(r"[“”„‟«»][^“”„‟«»]*[“”«»]|\u2018[^\u2018]*\u2019", re.DOTALL)
_MAY_MISLEAD = re.compile(r"[ \t]#|[“”„‟«»\u2018]")
_BEGINS_CURLY = re.compile(r"[\s-]*(?:[^\s:]+:\s+)?[“”„‟«»\u2018]")
_STRAIGHT = 'YAML needs straight ones: "…".'


def parse(file: str, text: str) -> tuple[Any, Marks]:
    """Return the values of a text and their places; scalars stay as written (YAML 1.1 would turn `no` into false).

    Raises:
        BrokenFile: it isn't YAML, has a key twice, or has what YAML reads otherwise than people do.
    """
    broken = [*_merge_marks(file, text), *_invisible(file, text)]
    if broken:
        raise BrokenFile(broken)
    try:
        reader = _Reader(file, text)
        data = reader.document()
    except yaml.MarkedYAMLError as error:
        raise BrokenFile([_syntax_problem(file, text, error)]) from error
    except yaml.reader.ReaderError as error:
        where = _place(file, text, error.position)
        raise BrokenFile(
            [Problem(where, "this is an invisible character that YAML forbids. Type the line again.")]
        ) from error
    if reader.problems:
        raise BrokenFile(reader.problems)
    return data, reader.marks


class _Reader:
    """Makes values of YAML's events, and collects what is wrong."""

    def __init__(self, file: str, text: str) -> None:
        self.marks: Marks = {(): (1, 1)}
        self.problems: list[Problem] = []
        self._file = file
        self._lines = text.split("\n") if _MAY_MISLEAD.search(text) else []
        self._next: Callable[[], Any] = _Loader(text).get_event

    def document(self) -> Any:
        """Read all; what is returned is of no use if there are problems."""
        data = None
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent) and len(self.marks) > 1:
                self._refuse(event, "a file can't have a second part. Take the line `---` out.")
                break
            if isinstance(event, yaml.NodeEvent):
                data = self._value(event, ())
        return data

    def _value(self, event: Any, path: KeyPath) -> Any:
        if path not in self.marks:
            self.marks[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"YAML takes `*{event.anchor}` for a repetition. {_QUOTES}")
            return ""
        if event.anchor or event.tag:
            sign = f"&{event.anchor}" if event.anchor else event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"YAML takes `{sign}` for a name, and people wouldn't see it. {_QUOTES}")
        if isinstance(event, yaml.ScalarEvent):
            if self._lines and not event.style:
                self._look_at(event)
            return event.value.strip()
        if len(path) >= _DEEPEST:
            self._refuse(event, f"lists and keys stand in one another more than {_DEEPEST} times. Check the brackets.")
            raise BrokenFile(self.problems)
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _list(self, path: KeyPath) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mapping(self, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, f"this can't be a key. {_QUOTES}")
                raise BrokenFile(self.problems)
            inside = (*path, str(event.value))
            if inside in self.marks:
                self._refuse(event, f"`{event.value}` is here a second time. Keep one of the two.")
            key = self._value(event, inside)
            values[key] = self._value(self._next(), inside)
        return values

    def _look_at(self, event: Any) -> None:
        """Find what YAML makes of a text without quotes, if its author can't have meant it."""
        end = event.end_mark
        comment = _COMMENT.match(self._lines[end.line], end.column)
        if comment and event.value:
            message = f"YAML takes `{comment[1]}` for a comment, and people wouldn't see it. {_QUOTES}"
            where = Location(self._file, end.line + 1, comment.start(1) + 1)
            self.problems.append(Problem(where, f"{message} A comment goes on a line of its own."))
        if _CURLY.fullmatch(event.value):
            self._refuse(event, f"the text is in curly quotes, and people would see them. {_STRAIGHT}")

    def _refuse(self, event: Any, message: str) -> None:
        mark = event.start_mark
        self.problems.append(Problem(Location(self._file, mark.line + 1, mark.column + 1), message))


_QUOTES = 'Put the whole text in straight quotes: "…".'


def _merge_marks(file: str, text: str) -> Iterator[Problem]:
    if "<<<<<<<" in text or ">>>>>>>" in text:
        for match in _MERGE_MARK.finditer(text):
            message = f"`{match[0]}` marks a merge conflict. Keep one of the two versions, and delete the marks."
            yield Problem(_place(file, text, match.start()), message)


def _invisible(file: str, text: str) -> Iterator[Problem]:
    for match in () if text.isascii() else INVISIBLE.finditer(text):
        name = unicodedata.name(match[0], f"U+{ord(match[0]):04X}").lower()
        message = f"there is an invisible character here ({name}). Delete it, and type a space if one is missing."
        yield Problem(_place(file, text, match.start()), message)


def _place(file: str, text: str, position: int) -> Location:
    line_start = text.rfind("\n", 0, position) + 1
    return Location(file, text.count("\n", 0, position) + 1, position - line_start + 1)


def _syntax_problem(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    said = error.problem or "isn't valid YAML"
    what = next((words for sign, words in _IN_WORDS.items() if sign in said), f"{said}. {_LOOK}")
    if any(map(_BEGINS_CURLY.match, text.split("\n")[line : line + 1])):
        what = f"the quotes on this line are curly. {_STRAIGHT}"
    return Problem(Location(file, line + 1, column + 1), what)


_LOOK = "Check the indentation and the quotes here and on the line before."
_NO_KEY = "a key needs a colon behind it, and a text of several lines needs '|' and an indentation."
_IN_WORDS = {
    "mapping values are not allowed": "a colon stands inside a text. "
    "A text with a colon and a space needs quotes, or a '|' block.",
    "could not find expected ':'": f"YAML looks for a key here: {_NO_KEY}",
    "expected <block end>": f"YAML looks for a key here: {_NO_KEY}",
    "did not find expected key": "a quotation mark further up isn't closed, or a line is indented too little or too "
    f"much. {_LOOK}",
    "found unexpected end of stream": "a quotation mark is opened and not closed. Look further up for it.",
    "tab character": "there is a tab here. Indent with spaces, not tabs.",
    "cannot start any token": "a text can't begin like this. Indent with spaces, not tabs, and put a text that begins "
    "with a special character in quotes.",
}
"""What the parser says, by what it means to whoever wrote the file."""
