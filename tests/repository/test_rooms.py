"""Every room imports only what the table in docs/architecture.md allows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

OUR_OWN = ("bot", "actions", "benchmarks")
MAY_IMPORT = {
    "bot/content": {"bot.content"},
    "bot/matching": {"bot.matching", "bot.content"},
    "bot/danger": {"bot.danger", "bot.matching", "bot.content"},
    "bot/languages": {"bot.languages", "bot.danger", "bot.matching", "bot.content"},
    "bot/checking": {"bot.checking", "bot.danger", "bot.content"},
    "bot/editing": {"bot.editing", "bot.content"},
    "bot/privacy": {"bot.privacy"},
    "bot/rasa": {
        "bot.rasa",
        "bot.languages",
        "bot.danger",
        "bot.matching",
        "bot.privacy",
        "bot.content",
        "bot.settings",
    },
    "bot/conversation": {"bot.conversation", "bot.languages", "bot.danger", "bot.privacy", "bot.content"},
    "bot/channels": {"bot.channels", "bot.conversation", "bot.privacy", "bot.content"},
    "bot/preview": {
        "bot.preview",
        "actions",
        "bot.channels",
        "bot.conversation",
        "bot.checking",
        "bot.content",
        "bot.settings",
        "bot.web_chat",
    },
    "bot/evaluation": {
        "bot.evaluation",
        "bot.content",
        "bot.matching",
        "bot.conversation",
    },
    "bot/reporting": {"bot.reporting", "bot.content", "bot.matching", "bot.privacy"},
    "benchmarks": {
        "benchmarks",
        "bot.languages",
        "bot.cli.loading",
        "bot.conversation",
        "bot.danger",
        "bot.evaluation",
        "bot.content",
        "bot.matching",
        "bot.privacy",
        "bot.rasa.fixes",
        "bot.rasa.training",
    },
    "actions": {"actions", "bot.danger", "bot.content"},
}
"""From below to above: what stands further down may import what stands above it, as far as it is named."""
WITHOUT_RASA = (
    "bot/content",
    "bot/matching",
    "bot/danger",
    "bot/languages",
    "bot/checking",
    "bot/editing",
    "bot/conversation",
    "bot/settings.py",
    "bot/cli/",
)
FILES = sorted(path for folder in OUR_OWN for path in ROOT.glob(f"{folder}/**/*.py"))


def imports(path: Path, module_level: bool = False) -> set[str]:
    tree = ast.parse(path.read_text())
    nodes = tree.body if module_level else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_only_what_its_room_may(path):
    room = next((room for room in MAY_IMPORT if path.is_relative_to(ROOT / room)), None)
    if room is None:
        return
    ours = {name for name in imports(path) if name.split(".")[0] in OUR_OWN}
    assert {
        name for name in ours if not any((name + ".").startswith(f"{allowed}.") for allowed in MAY_IMPORT[room])
    } == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_assistant_does_without_the_benchmarks(path):
    named = {name.split(".")[0] for name in imports(path)}
    assert "benchmarks" not in named or path.is_relative_to(ROOT / "benchmarks")


@pytest.mark.parametrize("path", sorted(ROOT.glob("bot/evaluation/*.py")), ids=lambda path: path.name)
def test_the_evaluation_does_not_know_where_our_questions_are(path):
    assert "tests/" not in path.read_text()


@pytest.mark.parametrize("path", [p for p in FILES if str(p.relative_to(ROOT)).startswith(WITHOUT_RASA)], ids=str)
def test_does_without_rasa(path):
    assert not {
        name for name in imports(path, module_level=True) if name.split(".")[0] in ("rasa", "rasa_sdk", "tensorflow")
    }


@pytest.mark.parametrize("path", sorted(ROOT.glob("actions/*.py")), ids=lambda path: path.name)
def test_actions_know_only_the_sdk(path):
    assert not {name for name in imports(path) if name.split(".")[0] == "rasa"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_settings_read_the_environment(path):
    reads = "os.environ" in path.read_text() or "getenv" in path.read_text()
    assert not reads or path.relative_to(ROOT).as_posix() in ("bot/settings.py", "bot/__init__.py")
