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
    """A question and the answer that it should get.

    `file` is the name of the file that it comes from, without ending; if a folder was read, the path below it.
    """

    wanted: Address
    text: str
    file: str

    @property
    def is_blind(self) -> bool:
        """Whether nobody is to read it: it measures what nothing was written for."""
        return self.file.rpartition("/")[2].startswith("blind")


def read_questions(paths: Iterable[Path]) -> list[Labelled]:
    """Read labelled questions from files, and from the .tsv files of folders.

    Raises:
        WrongQuestions: a file isn't there, isn't text, or has a line that isn't `id<TAB>question`; a folder has none.
    """
    return [question for path in paths for file, name in _files(path) for question in _read(file, name)]


def _files(path: Path) -> list[tuple[Path, str]]:
    if not path.is_dir():
        return [(path, path.stem)]
    found = sorted(path.rglob("*.tsv"))
    if not found:
        raise WrongQuestions(f"{path} has no .tsv file in it.")
    return [(file, file.relative_to(path).with_suffix("").as_posix()) for file in found]


def _read(file: Path, name: str) -> Iterable[Labelled]:
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
        yield Labelled(wanted, text.strip(), name)
