"""No module and no function is longer than can be read at one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 40
"""From `def` to its end, with its docstring and the functions in it, without its decorators."""
FILES = sorted(path for folder in ("bot", "actions", "tools", "benchmarks") for path in ROOT.glob(f"{folder}/**/*.py"))


def functions_over(most: int, source: str) -> list[str]:
    """Return the name and the number of lines of each function that has more than so many."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lines = {node: node.end_lineno - node.lineno + 1 for node in nodes}
    return [f"{node.name}: {lines[node]} lines" for node in nodes if lines[node] > most]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_too_long(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_MODULE


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_is_too_long(path: Path):
    assert functions_over(MOST_LINES_OF_A_FUNCTION, path.read_text(encoding="utf-8")) == []


def test_methods_and_functions_within_functions_are_measured_too():
    source = "class A:\n    async def b(self):\n        def c():\n            return 1\n\n        return c\n"
    assert functions_over(4, source) == ["b: 5 lines"]
    assert functions_over(1, source) == ["b: 5 lines", "c: 2 lines"]
