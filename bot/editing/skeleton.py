"""Writes the files of a new answer."""

from __future__ import annotations

import datetime
import json
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.answers import EXAMPLE_TO_WRITE, TO_REVIEW, TO_WRITE, URL_TO_WRITE, Source
from bot.content.yaml_text import INVISIBLE
from bot.editing import Project

_LINE_BREAK = re.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")
_BULLET = re.compile(r"[•·▪◦‣*]\s+")
_NO_SOURCE = Source(f"{TO_WRITE}: publisher, title of the page", URL_TO_WRITE)


@dataclass(frozen=True)
class Draft:
    """What is known of a new answer; what isn't is left to write, and the check says so."""

    title: str = TO_WRITE
    text: str = f"{TO_WRITE}: the point in the first sentence, then what else someone needs."
    sources: Sequence[Source] = (_NO_SOURCE,)
    examples: Sequence[str] = (EXAMPLE_TO_WRITE,)


def begin(answer_id: str, draft: Draft, project: Project) -> list[Path]:
    """Write an answer and its example questions; return the files.

    Raises:
        CannotEdit: the id can't be had.
    """
    project.check_free(answer_id)
    schema = os.path.relpath(project.root / "data" / "schemas" / "answer.json", project.answer(answer_id).parent)
    files = {
        project.answer(answer_id): _answer(draft, schema),
        project.examples(answer_id): _examples(answer_id, draft),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def clean(text: str) -> str:
    """Return a text from elsewhere without what the check would refuse: strange spaces, invisible letters, bullets."""
    text = INVISIBLE.sub(lambda sign: " " if unicodedata.category(sign[0]) == "Zs" else "", _LINE_BREAK.sub("\n", text))
    lines = (" ".join(line.split()) for line in text.strip().split("\n"))
    return re.sub(
        r"\n{3,}",
        "\n\n",
        "\n".join(_BULLET.sub("- ", line, count=1) if _BULLET.match(line) else line for line in lines),
    )


def _answer(draft: Draft, schema: str) -> str:
    sources = "".join(f"  - title: {_quoted(one.title)}\n    url: {_quoted(one.url)}\n" for one in draft.sources)
    return (
        f"# yaml-language-server: $schema={schema}\n"
        f"title: {_quoted(draft.title)}\n"
        f"answer: |\n{_block(draft.text, 2)}"
        f"sources:\n{sources}"
        f"reviewed_on: {datetime.date.today().isoformat()}\n"
        f"reviewed_by: {TO_REVIEW}\n"
    )


def _examples(answer_id: str, draft: Draft) -> str:
    examples = "\n".join(f"- {' '.join(example.split())}" for example in draft.examples)
    return f'version: "3.1"\nnlu:\n- intent: {answer_id}\n  examples: |\n{_block(examples, 4)}'


def _block(text: str, indentation: int) -> str:
    return "".join(f"{' ' * indentation}{line}".rstrip() + "\n" for line in text.split("\n"))


def _quoted(text: str) -> str:
    """Return a text as YAML: in quotes, which JSON writes in the same way."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
