"""Writes the tables of the docs that code and data know best: settings, verbs, countries, keys (`make docs`).

A table stands between `<!-- table: name -->` and `<!-- end -->`. What is there is replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import app
from bot.danger.directory import Line, directory
from bot.settings import Settings, can_be
from tools.field_guide import guide

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/settings.md", "docs/directory.md", "docs/fields.md")


def settings_table() -> str:
    """Return all settings as a Markdown table."""
    rows = [
        (f"`{name.upper()}`", _default(field.default), can_be(name), str(field.field_info.description))
        for name, field in Settings.__fields__.items()
    ]
    return _table(("variable", "default", "it can be", "meaning"), rows)


def verbs_table() -> str:
    """Return all verbs of the command line as a Markdown table."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    verbs = group.commands
    rows = [
        (f"`{name}`", verb.help, f"`{verb.epilog.removeprefix('Example: ')}`")
        for name, verb in verbs.items()
        if verb.help and verb.epilog
    ]
    return _table(("verb", "what it does", "example"), rows)


def countries_table() -> str:
    """Return what the directory has for each country as a Markdown table, without the lines for everywhere."""
    countries = sorted(directory().values(), key=lambda country: country.name)
    everywhere = set[Line].intersection(*(set(country.crisis) for country in countries))
    rows = [
        (
            f"{country.name} (`{country.id}`)",
            country.emergency,
            _names(line for line in country.crisis if line not in everywhere),
            _names(country.drug_lines),
            _names(country.services),
            " ".join(country.law),
        )
        for country in countries
    ]
    return _table(("country", "emergency", "crisis lines", "drug lines", "services", "law"), rows)


def with_tables(page: str) -> str:
    """Return a page's text with its tables as they should be."""
    tables = {"settings": settings_table, "verbs": verbs_table, "countries": countries_table, "fields": guide}
    for name, table in tables.items():
        begin, end = f"<!-- table: {name} -->", "<!-- end -->"
        before, found, rest = page.partition(begin)
        if found:
            page = f"{before}{begin}\n{table()}{end}{rest.partition(end)[2]}"
    return page


def _default(value: object) -> str:
    return f"`{value}`" if value or value == 0 else "none"


def _names(lines: Iterable[Line]) -> str:
    return "; ".join(line.name for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(row) for row in (head, *rows)]
    return "".join(f"| {line} |\n" for line in (lines[0], " | ".join(["---"] * len(head)), *lines[1:]))


if __name__ == "__main__":
    for path in (ROOT / name for name in PAGES):
        path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
