"""Every library that is imported is declared in pyproject.toml: what comes through another library can go with it."""

from __future__ import annotations

import re
import sys
from importlib.metadata import files
from pathlib import Path

import pytest
import tomli

from tests.repository.test_rooms import imports
from tests.support import ROOT

PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
OUR_OWN = {"bot", "actions", "benchmarks", "tests", "tools"}
OF_USERS = [
    *PROJECT["project"]["dependencies"],
    *(name for group in GROUPS if group != "test" for name in GROUPS[group]),
]


def modules(declared: list[str]) -> set[str]:
    """Return the names by which the libraries that are declared are imported."""
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in declared]
    return {file.parts[0].split(".")[0] for name in names for file in files(name) or ()}


def libraries(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)} - OUR_OWN - sys.stdlib_module_names


def undeclared(folders: tuple[str, ...], declared: list[str]) -> list[str]:
    known = modules(declared)
    paths = [path for folder in folders for path in sorted((ROOT / folder).glob("**/*.py"))]
    return [f"{path.relative_to(ROOT)}: {name}" for path in paths for name in sorted(libraries(path) - known)]


def test_the_assistant_declares_what_it_imports():
    assert undeclared(("bot", "actions", "benchmarks", "tools"), OF_USERS) == []


def test_the_tests_declare_what_they_import():
    assert undeclared(("tests",), [*OF_USERS, *GROUPS["test"]]) == []


@pytest.mark.parametrize("library", ["attr", "rich"])
def test_a_library_that_only_others_bring_counts_as_undeclared(library):
    assert library not in modules(OF_USERS)
