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
    data = read(path).data
    everywhere = _lines(data.get("everywhere") or [])
    return {entry["id"]: _country(entry, everywhere) for entry in data["countries"]}


@functools.cache
def directory() -> dict[str, Country]:
    """Return the countries in use by this process, read once."""
    return read_directory()


def _country(entry: dict[str, Any], everywhere: tuple[Line, ...]) -> Country:
    lines = _lines(entry.get("crisis") or []) + everywhere
    return Country(entry["id"], entry["name"], entry["emergency"]["number"], lines)


def _lines(entries: list[dict[str, str]]) -> tuple[Line, ...]:
    return tuple(Line(entry["name"], entry["contact"], entry.get("note", "")) for entry in entries)
