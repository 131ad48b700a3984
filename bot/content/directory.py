"""Emergency numbers and crisis lines by country: data/directory.yml."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import DATA
from bot.content.yaml_files import read

DIRECTORY_FILE = DATA / "directory.yml"


@dataclass(frozen=True)
class Line:
    """Somebody to talk to: name, how to reach them, and a note on hours and cost."""

    name: str
    contact: str
    note: str

    def __str__(self) -> str:
        return f"{self.name}: {self.contact}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True)
class Country:
    """A country's emergency number and crisis lines."""

    id: str
    name: str
    emergency: str
    lines: tuple[Line, ...]


def read_directory(path: Path = DIRECTORY_FILE) -> dict[str, Country]:
    """Read the countries, by id.

    Raises:
        BrokenFile: the file can't be read.
    """
    return {entry["id"]: _country(entry) for entry in read(path).data["countries"]}


@functools.cache
def directory() -> dict[str, Country]:
    """Return the countries in use by this process, read once."""
    return read_directory()


def _country(entry: dict[str, Any]) -> Country:
    lines = tuple(Line(line["name"], line["contact"], line.get("note", "")) for line in entry.get("crisis") or [])
    return Country(entry["id"], entry["name"], entry["emergency"]["number"], lines)
