"""Numbers, services and laws by country: data/directory.yml."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import DATA
from bot.content.answers import Source
from bot.content.problems import BrokenFile, Problem
from bot.content.schema import faults as faults_of
from bot.content.yaml_files import Document, read
from bot.content.yaml_text import KeyPath

DIRECTORY_FILE = DATA / "directory.yml"

_CALLED = re.compile(r"\b(?P<how>call or text|call|text|or)(?P<word> [A-Z]+ to)? (?P<number>\d[\d -]*\d)")
"""A number to call or text, as contacts have it. Other digits, as in "WhatsApp 300 754 8933" or "111.wales", aren't."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """Someone to talk to, or a service: name, how to reach it, and a note on hours and cost."""

    name: str
    contact: str
    note: str

    def __str__(self) -> str:
        return f"{self.name}: {_with_links(self.contact)}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True)
class Country:
    """What is known for a country.

    Attributes:
        emergency: the number to call, digits only.
        emergency_note: what else to know about that number; may be empty.
        crisis: lines for people in crisis, with those for everywhere at the end.
        drug_lines: lines to ask about drugs.
        services: where to find harm reduction services.
        law: sentences on what the law says there.
        sources: where all of this was read, each once.
        checked_on: the day on which it was read, YYYY-MM-DD.
    """

    id: str
    name: str
    emergency: str
    emergency_note: str
    crisis: tuple[Line, ...]
    drug_lines: tuple[Line, ...]
    services: tuple[Line, ...]
    law: tuple[str, ...]
    sources: tuple[Source, ...]
    checked_on: str


def phone_link(number: str, kind: str = "tel") -> str:
    """Return a number as a link by which a phone calls it, or with the kind `sms` writes to it."""
    return f"[{number}]({kind}:{re.sub('[^0-9]', '', number)})"


def _with_links(contact: str) -> str:
    """Return how to reach someone, with numbers as links. Where one may call or text, the link calls."""

    def link(found: re.Match[str]) -> str:
        kind = "sms" if found["how"] == "text" else "tel"
        return f"{found['how']}{found['word'] or ''} {phone_link(found['number'], kind)}"

    return _CALLED.sub(link, contact)


def dialled(countries: Iterable[Country]) -> set[str]:
    """Return all numbers that can be called or written to, digits only."""
    called = [
        match["number"] for country in countries for line in country.crisis for match in _CALLED.finditer(line.contact)
    ]
    return {re.sub("[^0-9]", "", number) for number in (*called, *(country.emergency for country in countries))}


def read_directory(file: Path) -> tuple[dict[str, Country], list[Problem]]:
    """Read the countries, by id, in the order of the file. A broken entry is left out; the second result says why.

    Raises:
        BrokenFile: the file can't be read.
    """
    document = read(file)
    faults = faults_of(document, "directory")
    broken = [path for path, _ in faults]
    problems = [document.problem(path, message) for path, message in faults]
    everywhere = [entry for _, entry in _whole(document, "everywhere", broken)]
    countries: dict[str, Country] = {}
    for index, entry in _whole(document, "countries", broken):
        if entry["id"] in countries:
            message = f"lists `{entry['id']}` a second time. Keep one of the two."
            problems.append(document.problem(("countries", index), message))
        countries.setdefault(entry["id"], _country(entry, everywhere))
    return countries, problems


@functools.cache
def directory() -> dict[str, Country]:
    """Return the countries in use by this process, read once. Never raises: urgent replies need it."""
    try:
        countries, problems = read_directory(DIRECTORY_FILE)
    except BrokenFile as broken:
        countries, problems = {}, [*broken.problems]
    except Exception as failure:  # noqa: BLE001  Whatever is broken, someone in danger gets words.
        logger.error("The emergency numbers can't be read (%s): replies do without.", type(failure).__name__)
        return {}
    for problem in problems:
        logger.error("%s Until then, replies do without this number.", problem)
    return countries


def _whole(document: Document, key: str, broken: Sequence[KeyPath]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the entries of a list that nothing is wrong with, each with its position."""
    if any(path in ((), (key,)) for path in broken) or not isinstance(document.data, dict):
        return
    damaged = {path[:2] for path in broken}
    for index, entry in enumerate(document.data.get(key, ())):
        if (key, index) not in damaged:
            yield index, entry


def _country(entry: dict[str, Any], everywhere: list[dict[str, Any]]) -> Country:
    crisis = [*entry["crisis"], *everywhere]
    drug_lines, services, law = (entry.get(key, []) for key in ("drug_lines", "services", "law"))
    read_at = [one["source"] for one in (entry["emergency"], *crisis, *drug_lines, *services, *law)]
    return Country(
        entry["id"],
        entry["name"],
        entry["emergency"]["number"],
        entry["emergency"].get("note", ""),
        _lines(crisis),
        _lines(drug_lines),
        _lines(services),
        tuple(one["text"] for one in law),
        tuple(dict.fromkeys(Source(source["title"], source["url"]) for source in read_at)),
        entry["checked_on"],
    )


def _lines(entries: Iterable[dict[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(entry["name"], entry["contact"], entry.get("note", "")) for entry in entries)
