"""Begins, renames, retires and imports answers, and keeps in step what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.content import DATA, OWN, ROOT
from bot.content.answers import MOST_ID_CHARACTERS, OUT_OF_SCOPE, Address
from bot.content.groups import GROUPS_FILE, own_groups, shipped_groups
from bot.content.own import HIDDEN_FILE
from bot.content.yaml_files import shown


class CannotEdit(Exception):
    """Nothing was changed; the message says why, and what to do."""


@dataclass(frozen=True)
class Project:
    """Where the files of an answer are: in the project, or in the folder with an organisation's own content."""

    root: Path = ROOT
    own: Path | None = OWN

    @property
    def answers(self) -> Path:
        """The folder with a folder for each group of answers."""
        return (self.own or self.root / "data") / "faq"

    @property
    def answers_in_use(self) -> Path:
        """The folder with all answers that people get, those that can't be edited here too."""
        return DATA / "faq" if self.own else self.answers

    @property
    def all_questions(self) -> Path:
        """The folder with the test questions."""
        return self.own / "questions" if self.own else self.root / "tests" / "questions"

    @property
    def texts(self) -> dict[Path, tuple[str, ...]]:
        """The folders whose files may name an answer, each with how their names end."""
        if self.own:
            return {self.own: (".yml", ".tsv", ".md")}
        endings = {"data": (".yml", ".md"), "docs": (".md", ".yml"), "tests": (".yml", ".tsv", ".py", ".md")}
        return {self.root / folder: names for folder, names in endings.items()}

    def answer(self, answer_id: str) -> Path:
        """Return the file of an answer."""
        return self.answers / f"{answer_id}.yml"

    def examples(self, answer_id: str) -> Path:
        """Return the file of its example questions."""
        return (self.own or self.root / "data") / "nlu" / f"{answer_id}.yml"

    def questions(self, answer_id: str) -> Path:
        """Return the file of its test questions."""
        return self.all_questions / f"{answer_id}.tsv"

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
        groups = [*shipped_groups(self.root / "data"), *own_groups()]
        if group not in groups:
            own = f"\nFor a group of your own, name it in {shown(self.own / GROUPS_FILE)} first." if self.own else ""
            raise CannotEdit(f"There is no group {group!r}. Take one of these: {', '.join(groups)}.{own}")
        if self.answer(answer_id).exists() or self.examples(answer_id).exists():
            raise CannotEdit(f"There is an answer `{answer_id}` already. Choose another name.")
        if (self.root / "data" / "faq" / f"{answer_id}.yml").exists():
            raise CannotEdit(
                f"An answer `{answer_id}` is shipped. Choose another name; or to write your own in its place, copy its "
                f"file to {self.answer(answer_id)} and change that."
            )

    def check_there(self, answer_id: str) -> None:
        """See that an answer is there, and one that can be moved.

        Raises:
            CannotEdit: it isn't.
        """
        if self.own and not self.answer(answer_id).exists() and (self.answers_in_use / f"{answer_id}.yml").exists():
            raise CannotEdit(f"`{answer_id}` is shipped, not your own. To hide it, add it to {self.own / HIDDEN_FILE}.")
        if answer_id == OUT_OF_SCOPE or not self.answer(answer_id).exists():
            raise CannotEdit(f"There is no answer `{answer_id}`. Its id is the path of its file below data/faq/.")
