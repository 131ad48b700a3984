"""Example questions: data/nlu/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.content.yaml_files import BrokenFile, Problem, read


def example_questions(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each example question below a folder with its id; files that can't be read are passed over."""
    for answer_id, texts in read_examples(folder, []):
        for text, _ in texts:
            yield answer_id, text


def read_examples(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, list[tuple[str, Problem]]]]:
    """Yield each id's example questions, each with the problem that would be reported at its place."""
    for path in sorted(folder.rglob("*.yml")):
        try:
            document = read(path)
        except BrokenFile as broken:
            problems.append(broken.problem)
            continue
        groups: Any = document.data.get("nlu") if isinstance(document.data, dict) else None
        if not isinstance(groups, list):
            problems.append(document.problem((), "has no `nlu:` list of example questions. See docs/answers.md."))
            continue
        for index, group in enumerate(groups):
            place = ("nlu", index)
            if not isinstance(group, dict) or not isinstance(group.get("examples"), str) or "intent" not in group:
                problems.append(
                    document.problem(place, "needs `intent: group/name` and `examples: |` with lines '- …'.")
                )
                continue
            first = document.line((*place, "examples")) + 1
            texts = []
            for number, line in enumerate(group["examples"].splitlines(), start=first):
                if line.strip() and not line.startswith("- "):
                    problems.append(Problem(document.file, number, "an example question begins with '- '. Add it."))
                elif line.strip():
                    texts.append((line[2:].strip(), Problem(document.file, number, "")))
            yield group["intent"], texts


def plain_words(text: str) -> str:
    """Return a question in small letters and without punctuation, to compare it with others."""
    return " ".join(re.findall(r"[^\W_]+", text.lower().replace("'", ""))) or text
