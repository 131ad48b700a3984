"""Begins, renames, retires and imports answers, and keeps in step what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.content import ROOT
from bot.content.answers import MOST_ID_CHARACTERS, OUT_OF_SCOPE, Address


class CannotEdit(Exception):
    """Nothing was changed; the message says why, and what to do."""


@dataclass(frozen=True)
class Project:
    """Where the files of an answer are."""

    root: Path = ROOT

    @property
    def answers(self) -> Path:
        """The folder with a folder for each group of answers."""
        return self.root / "data" / "faq"

    def answer(self, answer_id: str) -> Path:
        """Return the file of an answer."""
        return self.answers / f"{answer_id}.yml"

    def examples(self, answer_id: str) -> Path:
        """Return the file of its example questions."""
        return self.root / "data" / "nlu" / f"{answer_id}.yml"

    def questions(self, answer_id: str) -> Path:
        """Return the file of its test questions."""
        return self.root / "tests" / "questions" / f"{answer_id}.tsv"

    def check_free(self, answer_id: str) -> None:
        """See that a new answer can have an id.

        Raises:
            CannotEdit: it can't.
        """
        try:
            written = str(Address.parse(answer_id)) == answer_id and "/" in answer_id and "#" not in answer_id
        except ValueError:
            written = False
        if not written or len(answer_id) > MOST_ID_CHARACTERS:
            raise CannotEdit(
                f"{answer_id!r} can't be an id. Write group/name: small letters, digits and _, each part 2 to 40 "
                f"characters long, together {MOST_ID_CHARACTERS} at most. For example: faq/crime"
            )
        group = answer_id.partition("/")[0]
        groups = sorted(folder.name for folder in self.answers.iterdir() if folder.is_dir())
        if group not in groups:
            raise CannotEdit(f"There is no group {group!r}. Take one of these: {', '.join(groups)}.")
        if self.answer(answer_id).exists() or self.examples(answer_id).exists():
            raise CannotEdit(f"There is an answer `{answer_id}` already. Choose another name.")

    def check_there(self, answer_id: str) -> None:
        """See that an answer is there, and one that can be moved.

        Raises:
            CannotEdit: it isn't.
        """
        if answer_id == OUT_OF_SCOPE or not self.answer(answer_id).exists():
            raise CannotEdit(f"There is no answer `{answer_id}`. Its id is the path of its file below data/faq/.")
