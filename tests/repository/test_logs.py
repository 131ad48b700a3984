"""Our own log records say constants only: theirs is the only text that is let through."""

from __future__ import annotations

import ast
import logging

import pytest

from bot.privacy.logs import _wordless
from tests.support import ROOT

FILES = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("actions/*.py")])
NOT_OF_PEOPLE = ("_short(filename)", "lineno", "problem", "_trouble(error)")
"""Places in code, what is wrong with an answer file, what kind of trouble Telegram makes."""
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_log_records_are_constants(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    logged = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS and call.args]
    assert all(isinstance(call.args[0], ast.Constant) for call in logged)
    values = [ast.unparse(value) for call in logged for value in call.args[1:]]
    assert all(value.endswith(".__name__") or value in NOT_OF_PEOPLE for value in values), values


def record(name: str, text: str) -> str:
    made = logging.LogRecord(name, logging.ERROR, __file__, 1, "said %s", (text,), None)
    return _wordless(made).getMessage()


def test_a_librarys_text_is_withheld():
    assert record("some.library", "hello") == "text withheld"


def test_our_own_text_is_kept():
    assert record("bot.channels.web.channel", "nothing") == "said nothing"


def test_an_error_is_named_by_kind_and_place():
    try:
        raise ValueError("a person's words")
    except ValueError as error:
        made = logging.LogRecord("lib", logging.ERROR, __file__, 1, "x", None, (ValueError, error, error.__traceback__))
    assert _wordless(made).getMessage().startswith("text withheld ValueError at ")
    assert "person" not in _wordless(made).getMessage()
