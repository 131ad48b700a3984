"""An organisation's own content: it adds to what is shipped, replaces or hides it, by ids.

Both are laid into one folder of links, `DATA`, which all else reads as if it were data/. Only files of which parts may
be replaced are written there: the small texts, the names, the directory.
"""

from __future__ import annotations

import functools
import json
import os
import re
import threading
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bot.content as content
from bot.content import groups
from bot.content.answers import OF_HARM_REDUCTION, OUT_OF_SCOPE, URGENT_GROUP
from bot.content.merging import MERGED, Merge
from bot.content.problems import BrokenFile, Location, Problem
from bot.content.schema import faults, read_as
from bot.content.yaml_files import Document, read, shown

HIDDEN_FILE = "hidden.yml"
MARK = "~own"
"""Ends the names of links to an organisation's example and test questions: they are added to those that are shipped."""
_FOLDERS = ("faq", "nlu", "questions")
_TRANSLATION = re.compile(r"^data/languages/\w+/faq/")
_NEEDED_GROUPS = (URGENT_GROUP, "chat", OUT_OF_SCOPE)
"""Groups that can be replaced and not hidden: code, and people in danger, rely on them."""


@dataclass(frozen=True)
class _Link:
    """A link to a file."""

    to: str


_Wanted = dict[str, _Link | str]
"""What belongs into the folder in use, by its path there: a link, or a text."""


class NoContent(Exception):
    """There is no such folder; the message says so."""


def lay_over() -> list[Problem]:
    """Bring the folder in use up to date; return what is wrong with files that can't be laid over what is shipped.

    What is wrong with single answers and examples is found by who reads them.

    Raises:
        NoContent: the organisation's folder isn't there.
    """
    if content.OWN is None:
        return []
    if not content.OWN.is_dir():
        raise NoContent(f"The setting CONTENT is {str(content.OWN)!r}; it can be a folder: docs/own-content.md.")
    named, found = groups.read_own_groups()
    problems = [*_strays(content.OWN), *found]
    hidden, found = _hidden(content.OWN)
    own = _linked(content.OWN)
    wanted = {**_shipped(hidden, own.keys()), **own}
    _add_groups(wanted, named)
    for name, (kind, merge) in MERGED.items():
        found += _merge(wanted, name, kind, merge, hidden)
    _bring_up_to_date(content.DATA.parent, wanted)
    return sorted([*problems, *found])


def hidden_ids() -> Collection[str]:
    """Return the ids of the shipped answers that the organisation doesn't show."""
    return _hidden(content.OWN)[0] if content.OWN else ()


def is_own(file: str) -> bool:
    """Say whether a file, as it is shown to people, is the organisation's own."""
    return content.OWN is not None and Path(file).resolve().is_relative_to(content.OWN)


def relocated(problem: Problem) -> Problem:
    """Return a problem of a file that was written here as one of the organisation's file that it was made of."""
    if content.OWN is None:
        return problem
    try:
        name = Path(problem.location.file).resolve().relative_to(content.DATA.resolve())
    except ValueError:
        return problem
    return Problem(Location(shown(content.OWN / name)), problem.message, problem.level)


def changes(*folders: Path) -> Iterator[None]:
    """Yield whenever a file below the folders was saved, or one of the organisation's that lies over it; for ever."""
    from watchfiles import watch

    watched = [*folders]
    if content.OWN and folders[0].is_relative_to(content.DATA):
        watched = [*(content.SHIPPED / folder.relative_to(content.DATA) for folder in folders), content.OWN]
    for _ in watch(*watched, debounce=100, step=50, rust_timeout=1000, yield_on_timeout=False, raise_interrupt=False):
        lay_over()
        yield


def _strays(own: Path) -> Iterator[Problem]:
    """Yield what stands where nothing is read, and groups that there aren't."""
    known = {*_FOLDERS, HIDDEN_FILE, groups.GROUPS_FILE, *(name for name in MERGED if "/" not in name)}
    for path in sorted(own.iterdir()):
        readable = path.is_dir() or path.suffix in (".yml", ".yaml", ".tsv")
        if readable and path.name not in known and not path.name.startswith("."):
            yield Problem(Location(shown(path)), f"nothing reads this. What is read: {', '.join(sorted(known))}.")
    known_groups = [*groups.shipped_groups(), *groups.own_groups()]
    for path in sorted((own / "faq").glob("*/")) if (own / "faq").is_dir() else ():
        if path.is_dir() and path.name not in known_groups:
            name_it = f"Name it in {shown(own / groups.GROUPS_FILE)}, or move its answers to one of:"
            message = f"there is no group `{path.name}`. {name_it} {', '.join(known_groups)}."
            yield Problem(Location(shown(path)), message)


def _hidden(own: Path) -> tuple[list[str], list[Problem]]:
    """Return the ids to hide, and what is wrong with the others."""
    if not (own / HIDDEN_FILE).exists():
        return [], []
    try:
        document = read_as("hidden", own / HIDDEN_FILE)
    except BrokenFile as broken:
        return [], [*broken.problems]
    ids, problems = [], []
    for index, answer_id in enumerate(document.data["hide"]):
        if not (content.SHIPPED / "faq" / f"{answer_id}.yml").exists():
            problems.append(document.problem(("hide", index), f"no answer `{answer_id}` is shipped. Take it out."))
        elif (own / "faq" / f"{answer_id}.yml").exists():
            message = f"you have an answer `{answer_id}` of your own, which is shown in its place. Take it out here."
            problems.append(document.problem(("hide", index), message))
        elif answer_id.partition("/")[0] in _NEEDED_GROUPS or answer_id in _fixed_ids():
            message = (
                f"`{answer_id}` is needed. Write an answer of your own with this id instead, and take it out here."
            )
            problems.append(document.problem(("hide", index), message))
        else:
            ids.append(answer_id)
    return ids, problems


@functools.cache
def _fixed_ids() -> Collection[str]:
    """Return the ids that code or the rules for danger rely on."""
    rules = "".join(path.read_text(encoding="utf-8") for path in (content.SHIPPED / "danger").rglob("*.yml"))
    led_to = re.findall(r"(?m)^\s*(?:- )?answer: (\S+)$", rules)
    return {*led_to, *(address.answer_id for address in OF_HARM_REDUCTION.values())}


def _shipped(hidden: Collection[str], own: Set[str]) -> _Wanted:
    """Return all that is shipped but for what is hidden, what would lead there, and what no longer says the same.

    Args:
        hidden: the ids of shipped answers that aren't shown.
        own: the paths of the organisation's own files. What they replace is no longer what was translated.
    """
    wanted: _Wanted = {}
    for folder, place in ((content.SHIPPED, "data"), (content.SHIPPED_QUESTIONS, "tests/questions")):
        wanted |= {f"{place}/{name}": _Link(f"{folder}/{name}") for name in _names_below(folder)}
    for answer_id in hidden:
        for name in (f"data/faq/{answer_id}.yml", f"data/nlu/{answer_id}.yml", f"tests/questions/{answer_id}.tsv"):
            wanted.pop(name, None)
    for name in [name for name in wanted if _is_translation(name) and _original_of(name) not in wanted.keys() - own]:
        del wanted[name]
    if hidden:
        named = re.compile(rf"(?<![\w/])(?:{'|'.join(map(re.escape, hidden))})(?![\w/])")
        for name, link in list(wanted.items()):
            if name.startswith("data/conversations/") and named.search(_text_of(link)):
                del wanted[name]
            elif re.fullmatch(r"tests/questions/\w+\.tsv", name):
                lines = _text_of(link).splitlines(keepends=True)
                wanted[name] = "".join(line for line in lines if not named.match(line))
    return wanted


def _is_translation(name: str) -> bool:
    return bool(_TRANSLATION.match(name))


def _original_of(translation: str) -> str:
    return _TRANSLATION.sub("data/faq/", translation)


def _add_groups(wanted: _Wanted, named: Collection[str]) -> None:
    """Let Rasa know of an organisation's own groups."""
    for name, path, write in (
        (groups.DOMAIN_FILE, content.ROOT / groups.DOMAIN_FILE, groups.domain_with),
        (f"data/{groups.RULES_FILE}", content.SHIPPED / groups.RULES_FILE, groups.rules_with),
    ):
        wanted[name] = write(named, path.read_text(encoding="utf-8")) if named else _Link(str(path))


def _linked(own: Path) -> _Wanted:
    """Return the organisation's own files that stand for themselves: answers replace, questions are added."""
    wanted: _Wanted = {}
    for folder in _FOLDERS:
        place = "tests/questions" if folder == "questions" else f"data/{folder}"
        for name in _names_below(own / folder):
            if f"{folder}/{name}" not in MERGED:
                stem, dot, ending = name.rpartition(".")
                laid = name if folder == "faq" else f"{stem}{MARK}{dot}{ending}"
                wanted[f"{place}/{laid}"] = _Link(f"{own / folder}/{name}")
    return wanted


def _names_below(folder: Path) -> Iterator[str]:
    """Yield the paths of the files below a folder, without those that an editor leaves behind."""
    for below, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        relative = os.path.relpath(below, folder)
        for name in names:
            if not name.startswith(".") and not name.endswith("~"):
                yield name if relative == "." else f"{relative}/{name}"


def _text_of(what: _Link | str) -> str:
    return Path(what.to).read_text(encoding="utf-8") if isinstance(what, _Link) else what


def _merge(wanted: _Wanted, name: str, kind: str, merge: Merge, hidden: Collection[str]) -> list[Problem]:
    """Make a file of the shipped one and the organisation's parts of it; return what is wrong with these."""
    own, parts = content.OWN, {}
    assert own is not None
    try:
        shipped = read(content.SHIPPED / name).data if (own / name).exists() or hidden else {}
        if (own / name).exists():
            document = read_as(kind, own / name, parts=True)
            parts = document.data
            if unfinished := _unfinished_countries(document, kind, shipped):
                raise BrokenFile(unfinished)
        if shipped:
            data: Any = merge(shipped, parts, hidden)
            wanted[f"data/{name}"] = json.dumps(data, ensure_ascii=False, indent=1)
    except BrokenFile as broken:
        return [*broken.problems]
    return []


def _unfinished_countries(document: Document, kind: str, shipped: Any) -> list[Problem]:
    """Return what new countries lack: one that is shipped has all of it already."""
    known, found = [country["id"] for country in shipped.get("countries", ())], []
    for number, country in enumerate(document.data.get("countries", ())):
        if country["id"] not in known:
            alone = replace(document, data={**shipped, "countries": [country]})
            for path, message in faults(alone, kind):
                words = message.replace("entry 1 of `countries`", f"the new country `{country['id']}`")
                found.append(document.problem(("countries", number, *path[2:]), words))
    return found


def _bring_up_to_date(folder: Path, wanted: _Wanted) -> None:
    """Change only what has to be changed, each at once: other processes may be reading, or doing the same."""
    for name, what in wanted.items():
        path = folder / name
        if not _is(path, what):
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
            unfinished.unlink(missing_ok=True)
            if isinstance(what, _Link):
                unfinished.symlink_to(what.to)
            else:
                unfinished.write_text(what, encoding="utf-8")
            unfinished.replace(path)
    for name in set(_names_below(folder)) - wanted.keys():
        (folder / name).unlink(missing_ok=True)


def _is(path: Path, what: _Link | str) -> bool:
    try:
        if isinstance(what, _Link):
            return str(path.readlink()) == what.to
        return not path.is_symlink() and path.read_text(encoding="utf-8") == what
    except OSError:
        return False
