"""What is wrong with a file, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"
"""Something to mend that doesn't stop a training."""


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file; lines and columns count from 1. Written so that editors and terminals lead there."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    """Something that is wrong at a place, in words by which its author can fix it: what is wrong, then what to do."""

    location: Location
    message: str
    level: str = ERROR

    def __str__(self) -> str:
        return f"{self.location}: {self.level}: {self.message}"


class BrokenFile(Exception):
    """A file that can't be used; `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
