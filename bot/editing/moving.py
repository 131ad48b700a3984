"""Renames and retires answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.content.problems import BrokenFile
from bot.content.yaml_files import Document, read, yaml_below
from bot.content.yaml_text import KeyPath
from bot.editing import CannotEdit, Project, mentions


def rename(old: str, new: str, project: Project) -> list[Path]:
    """Give an answer another id; buttons, examples, conversations, tests and documentation follow. Return what changed.

    Raises:
        CannotEdit: the id can't be had, or code relies on the old one.
    """
    project.check_there(old)
    project.check_free(new)
    mentions.refuse_if_code_names(old, project)
    moved = [project.answer(new), project.examples(new), project.questions(new)]
    for before, after in zip(_files_of(old, project), moved, strict=True):
        if before.exists():
            after.parent.mkdir(parents=True, exist_ok=True)
            before.rename(after)
    changed = mentions.replace(old, new, project)
    return sorted({*changed, *(path for path in moved if path.exists())})


def retire(old: str, into: str | None, project: Project) -> None:
    """Take an answer away. Its examples, test questions and buttons go to another answer, or go too if there is none.

    Raises:
        CannotEdit: there is no such answer, or code or the rules for danger rely on it.
    """
    project.check_there(old)
    mentions.refuse_if_code_names(old, project)
    if into:
        project.check_there(into)
        if into == old:
            raise CannotEdit("An answer can't take its own place. Name another one.")
        _hand_over(old, into, project)
    else:
        _refuse_if_danger_leads_to(old, project)
    for path in _files_of(old, project):
        path.unlink(missing_ok=True)
    if into:
        mentions.replace(old, into, project)
    else:
        _drop_test_questions(old, project)
    _mend_buttons(old, project)


def _files_of(answer_id: str, project: Project) -> list[Path]:
    return [project.answer(answer_id), project.examples(answer_id), project.questions(answer_id)]


def _hand_over(old: str, into: str, project: Project) -> None:
    """Add example and test questions to those of another answer."""
    examples, questions = project.examples(old), project.questions(old)
    if examples.exists():
        _, _, blocks = examples.read_text(encoding="utf-8").partition("nlu:\n")
        home = project.examples(into)
        if not home.exists():
            raise CannotEdit(f"`{into}` has no example questions to add those of `{old}` to. Choose another answer.")
        home.write_text(f"{home.read_text(encoding='utf-8').rstrip()}\n\n{blocks.strip()}\n", encoding="utf-8")
    if questions.exists():
        home = project.questions(into)
        home.parent.mkdir(parents=True, exist_ok=True)
        before = home.read_text(encoding="utf-8").rstrip("\n") + "\n" if home.exists() else ""
        home.write_text(before + questions.read_text(encoding="utf-8"), encoding="utf-8")


def _refuse_if_danger_leads_to(answer_id: str, project: Project) -> None:
    places = list(mentions.places_of(answer_id, iter(yaml_below(project.root / "data" / "danger"))))
    if places:
        raise CannotEdit(
            f"The rules for danger lead to `{answer_id}`: {places[0]}. Name what takes its place with --into."
        )


def _drop_test_questions(answer_id: str, project: Project) -> None:
    pattern = mentions.pattern_of(answer_id)
    for path in sorted(project.all_questions.rglob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not pattern.match(line)]
        if len(kept) < len(lines):
            path.write_text("".join(kept), encoding="utf-8")


def _mend_buttons(gone: str, project: Project) -> None:
    """Take out of `related` what leads to an answer that is gone, to itself, or to the same place twice."""
    for path in yaml_below(project.answers):
        with suppress(BrokenFile):
            document, own = read(path), path.relative_to(project.answers).with_suffix("").as_posix()
            drop = set(_needless(document, gone, own))
            if drop:
                if len(drop) == len(document.data["related"]):
                    drop = {*drop, ("related",)}
                numbers = {document.location(at).line for at in drop}
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                kept = (line for number, line in enumerate(lines, start=1) if number not in numbers)
                path.write_text("".join(kept), encoding="utf-8")


def _needless(document: Document, gone: str, own: str) -> Iterator[KeyPath]:
    data = document.data if isinstance(document.data, dict) else {}
    related = data.get("related", [])
    for index, address in enumerate(related):
        if address.partition("#")[0] == gone or address == own or address in related[:index]:
            yield "related", index
