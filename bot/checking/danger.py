"""Whether the rules for danger find their own messages, and none of their near misses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content import DATA
from bot.content.problems import Problem
from bot.content.schema import read_folder
from bot.content.yaml_files import Document, yaml_below
from bot.danger.messages import DANGER, NOT_URGENT, labelled_messages

if TYPE_CHECKING:
    from bot.danger.rules import DangerRules

_FOUND_IN_ORDER = DATA.parent / ".cache" / "danger-checked"
"""A line for each state of all that the check depends on in which it found nothing: looking takes six seconds."""
_KEPT = 20
_CODE = (
    "bot/checking/danger.py",
    "bot/content/examples.py",
    "bot/danger/messages.py",
    "bot/danger/rules.py",
    "bot/matching/typos.py",
)


def problems(data: Path = DATA) -> list[Problem]:
    """Return what is wrong with the rules; looked for only if something has changed since all was in order."""
    state = _state(data)
    known = _FOUND_IN_ORDER.read_text(encoding="utf-8").split() if _FOUND_IN_ORDER.exists() else []
    if state in known:
        return []
    found = rule_problems(data / "danger")
    if not found:
        _FOUND_IN_ORDER.parent.mkdir(exist_ok=True)
        _FOUND_IN_ORDER.write_text("\n".join([*known, state][-_KEPT:]), encoding="utf-8")
    return found


def rule_problems(folder: Path = DANGER) -> list[Problem]:
    """Return where the rules of a folder fail their own messages; if a file can't be used, what is wrong with it."""
    documents, broken = read_folder("danger", folder)
    if broken:
        return broken
    from bot.danger.rules import DangerRules  # With spaCy, which takes a second.

    rules = DangerRules.of(folder)
    return [problem for document in documents for problem in _failures(rules, document)]


def _failures(rules: DangerRules, document: Document) -> Iterator[Problem]:
    if "pairs" not in document.data:  # Pairs teach the class; the rules needn't find them.
        for label, text, location in labelled_messages(document):
            screened = rules.screen(text)
            sign = screened.sign
            if label == NOT_URGENT and screened.urgent and sign:
                message = f"{text!r} is a near miss, but the sign `{sign.name}` finds it. Narrow the sign."
                yield Problem(location, message)
            elif label != NOT_URGENT and not screened.urgent:
                why = f", because `not_now` cancels `{sign.name}`" if sign else ""
                yield Problem(location, f"{text!r} is not found{why}. Widen a sign.")
        for index, follow_up in enumerate(document.data.get("follow_ups") or []):
            for number, text in enumerate(follow_up["messages"]):
                if rules.follow_up(text) != follow_up["answer"]:
                    yield document.problem(("follow_ups", index, "messages", number), f"{text!r} is not found.")


def _state(data: Path) -> str:
    """Return a digest of all that the check depends on."""
    digest = hashlib.sha256()
    files = [path for folder in ("danger", "nlu") for path in yaml_below(data / folder)]
    for path in (*files, DATA / "schemas" / "danger.json", *(DATA.parent / code for code in _CODE)):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
