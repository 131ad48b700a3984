"""Questions with the answer that each should get: one `id<TAB>question` a line, `id` with or without `#section`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.content.answers import Address


class WrongQuestions(Exception):
    """A file of questions that can't be used; the message says where and why."""


@dataclass(frozen=True)
class Labelled:
    """A question and the answer that it should get; `file` is the name of the file it comes from."""

    wanted: Address
    text: str
    file: str


def read_questions(files: Iterable[Path]) -> list[Labelled]:
    """Read labelled questions.

    Raises:
        WrongQuestions: a file isn't there, isn't text, or has a line that isn't `id<TAB>question`.
    """
    return [question for file in files for question in _read(file)]


def _read(file: Path) -> Iterable[Labelled]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongQuestions(f"{file} can't be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("# "):
            continue
        label, tab, text = line.partition("\t")
        try:
            wanted = Address.parse(label)
        except ValueError:
            tab = ""
        if not tab or not text.strip():
            raise WrongQuestions(f"{file}, line {number}: should be an answer's id, a tab, and a question.")
        yield Labelled(wanted, text.strip(), file.stem)
