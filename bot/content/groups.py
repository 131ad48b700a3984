"""The groups of answers: a folder each. An organisation names its own in groups.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import bot.content as content
from bot.content.answers import OUT_OF_SCOPE
from bot.content.problems import BrokenFile, Problem
from bot.content.schema import read_as
from bot.content.yaml_files import Document

GROUPS_FILE = "groups.yml"
DOMAIN_FILE, RULES_FILE = "domain.yml", "rules.yml"
_INTENTS = re.compile(r"^intents:\n((?:  - .*\n)+)", re.MULTILINE)


def shipped_groups(data: Path | None = None) -> list[str]:
    """Return the names of the groups that are shipped."""
    return sorted(folder.name for folder in ((data or content.SHIPPED) / "faq").iterdir() if folder.is_dir())


def own_groups() -> dict[str, str]:
    """Return the names of an organisation's own groups, each with what people see it called."""
    return read_own_groups()[0]


def read_own_groups() -> tuple[dict[str, str], list[Problem]]:
    """Return an organisation's own groups, and what is wrong with the others."""
    if content.OWN is None or not (content.OWN / GROUPS_FILE).exists():
        return {}, []
    try:
        document = read_as("groups", content.OWN / GROUPS_FILE)
    except BrokenFile as broken:
        return {}, [*broken.problems]
    taken = _taken(document)
    return {name: title for name, title in document.data["groups"].items() if name not in taken}, [*taken.values()]


def domain_with(groups: Iterable[str], domain: str) -> str:
    """Return Rasa's domain with an intent for each group."""
    return _INTENTS.sub(lambda found: found[0] + "".join(f"  - {group}\n" for group in groups), domain, count=1)


def rules_with(groups: Iterable[str], rules: str) -> str:
    """Return Rasa's rules with one for each group: it is answered as most are."""
    return rules + "".join(
        f"- rule: {group}\n  steps:\n  - intent: {group}\n  - action: action_answer\n" for group in groups
    )


def _taken(document: Document) -> dict[str, Problem]:
    """Return what is wrong with names that mean something already."""
    intents = _INTENTS.search((content.ROOT / DOMAIN_FILE).read_text(encoding="utf-8"))
    reserved = {OUT_OF_SCOPE, *re.findall(r"- (\w+)", intents[1] if intents else "")}
    found = {}
    for name in document.data["groups"]:
        if name in shipped_groups():
            message = f"the group `{name}` is shipped already. Take it out here; your answers can be in it as it is."
            found[name] = document.problem(("groups", name), message)
        elif name in reserved:
            message = f"`{name}` means something else to the assistant. Choose another name."
            found[name] = document.problem(("groups", name), message)
    return found
