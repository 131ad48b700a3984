"""Whether the files of data/danger/ are in order, and the rules find their own messages, and no near misses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content import DATA, ROOT, SHIPPED
from bot.content.problems import BrokenFile, Location, Problem
from bot.content.schema import read_folder
from bot.content.yaml_files import Document, shown, yaml_below
from bot.content.yaml_text import KeyPath
from bot.danger.cards import family
from bot.danger.messages import DANGER, NOT_URGENT, labelled_messages

if TYPE_CHECKING:
    from bot.danger.rules import DangerRules

_FOUND_IN_ORDER = ROOT / ".cache" / "danger-checked"
"""A line for each state of all that the check depends on in which it found nothing: looking takes six seconds."""
_KEPT = 20
_LIST = re.compile(r"<(\w+)>")
_CODE = (
    "bot/checking/danger.py",
    "bot/content/examples.py",
    "bot/danger/cards.py",
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
    """Return what is wrong with the files of a folder; if they can be used, where its rules fail their own messages."""
    documents, broken = read_folder(_kind_of, folder)
    broken = broken or [problem for document in documents for problem in _name_problems(document, documents)]
    if broken:
        return broken
    from bot.danger.rules import DangerRules  # With spaCy, which takes a second.

    rules = DangerRules.of(folder)
    return [problem for document in documents for problem in _failures(rules, document)]


def _kind_of(path: Path) -> str:
    """Return the kind of a file of data/danger/ by its path from there."""
    match path.parts:
        case ("lists.yml" | "priority.yml" | "follow_ups.yml" | "now.yml",):
            return f"danger_{path.stem}"
        case ("not_now", _):
            return "danger_not_now"
        case ("overdose" | "crisis", _):
            return "danger_sign"
        case ("pairs", "overdose" | "crisis", _):
            return "danger_pairs"
        case ("harmless.yml",) | ("stories", "harmless.yml") | ("stories", "overdose" | "crisis", _):
            return "danger_stories"
    message = "the file isn't in a folder that is read. Move it; docs/safety.md says what belongs where."
    raise BrokenFile([Problem(Location(shown(DANGER / path)), message)])


def _name_problems(document: Document, documents: Sequence[Document]) -> Iterator[Problem]:
    """Yield names that lead nowhere: of answers, of lists, of signs."""
    path, signs = Path(document.file), [Path(other.file).stem for other in documents if "patterns" in other.data]
    homes = {name: other.file for other in reversed(documents) for name in other.data.get("lists", {})}
    yield from _answer_problems(document)
    for name in (name for name in document.data.get("lists", {}) if homes[name] != document.file):
        message = f"`{name}` is a list in {homes[name]}, too. Give one of them another name, or take one out."
        yield document.problem(("lists", name), message)
    for at, pattern in _patterns(document):
        for name in (name for name in _LIST.findall(pattern) if name not in homes):
            yield document.problem(at, f"there is no list `{name}`. Check its spelling, or add it to lists.yml.")
    for index, name in enumerate(document.data.get("priority", ())):
        if name not in signs:
            yield document.problem(("priority", index), f"there is no sign `{name}`. Correct it, or take it out.")
    ranked = {name for other in documents for name in other.data.get("priority", ())}
    if "patterns" in document.data and path.stem not in ranked:
        yield document.problem((), f"`{path.stem}` isn't in priority.yml. Add it where it belongs.")
    if signs.count(path.stem) > 1 and "patterns" in document.data:
        yield document.problem((), f"there are two signs `{path.stem}`. Rename one.")


def _answer_problems(document: Document) -> Iterator[Problem]:
    answers: list[tuple[KeyPath, str]] = [(("answer",), document.data["answer"])] if "answer" in document.data else []
    for index, follow_up in enumerate(document.data.get("follow_ups", ())):
        if "answer" in follow_up:
            answers.append((("follow_ups", index, "answer"), follow_up["answer"]))
    for at, answer_id in answers:
        if not (DATA / "faq" / f"{answer_id}.yml").exists():
            yield document.problem(at, f"there is no answer `{answer_id}`. Check its spelling.")
        elif len(at) == 1 and Path(document.file).parent.name != family(answer_id).removeprefix("urgent/"):
            message = (
                f"`{answer_id}` is for the folder {family(answer_id).removeprefix('urgent/')}/. Move the file there."
            )
            yield document.problem(at, message)


def _patterns(document: Document) -> Iterator[tuple[KeyPath, str]]:
    for key in ("patterns", "not_now", "now"):
        for number, pattern in enumerate(document.data.get(key, ())):
            yield (key, number), pattern


def _failures(rules: DangerRules, document: Document) -> Iterator[Problem]:
    if "patterns" in document.data:  # Others teach the classifier; the rules need not find them.
        for label, text, location in labelled_messages(document):
            screened = rules.screen(text)
            sign = screened.sign
            if label == NOT_URGENT and screened.urgent and sign:
                message = f"{text!r} is a near miss, but the sign `{sign.name}` finds it. Narrow the sign."
                yield Problem(location, message)
            elif label != NOT_URGENT and not screened.urgent:
                why = f", because a wording of not_now/ cancels `{sign.name}`" if sign else ""
                yield Problem(location, f"{text!r} is not found{why}. Widen a sign.")


def _state(data: Path) -> str:
    """Return a digest of all that the check depends on."""
    digest = hashlib.sha256()
    files = [path for folder in ("danger", "nlu") for path in yaml_below(data / folder)]
    for path in files:
        digest.update(f"{path.relative_to(data)}\0".encode())
        digest.update(path.read_bytes())
    for path in (*sorted((SHIPPED / "schemas").glob("danger_*.json")), *(ROOT / code for code in _CODE)):
        digest.update(path.read_bytes())
    for path in sorted((DATA / "faq" / "urgent").glob("*.yml")):  # Only whether an answer is there matters.
        digest.update(f"{path.name}\0".encode())
    return digest.hexdigest()
