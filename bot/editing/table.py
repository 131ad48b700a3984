"""Makes answers of a table of questions and answers: a CSV file, or a sheet of Excel's."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.answers import MOST_ID_CHARACTERS, Source
from bot.content.schema import schema_of
from bot.editing import CannotEdit, Project
from bot.editing.skeleton import Draft, begin, clean

_NEEDED = ("question", "answer")
_COLUMNS = (*_NEEDED, "source", "title")
_MOST_BYTES = 10_000_000
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)\]]")


@dataclass(frozen=True)
class Made:
    """A row's answer: its id, and whether it is new."""

    answer_id: str
    new: bool


def make_answers(table: Path, group: str, project: Project) -> list[Made]:
    """Write an answer for each row of a table, to be reviewed; answers that are there already stay as they are.

    Raises:
        CannotEdit: the table can't be read, or the group isn't there.
    """
    drafts = {_id_of(group, row): _draft(row) for row in _rows(table)}
    made = [Made(answer_id, not project.answer(answer_id).exists()) for answer_id in drafts]
    for one in made:
        if one.new:
            project.check_free(one.answer_id)  # Nothing is written if one of them can't be.
    for one in made:
        if one.new:
            begin(one.answer_id, drafts[one.answer_id], project)
    return made


def _rows(table: Path) -> Iterator[Mapping[str, str]]:
    """Yield the rows with a question and an answer, by the names of the columns."""
    lines = [[clean(str(cell)) if cell is not None else "" for cell in line] for line in _lines(table)]
    names = [name.lower() for name in lines[0]] if lines else []
    if missing := [name for name in _NEEDED if name not in names]:
        raise CannotEdit(
            f"{table} has no column `{missing[0]}`. Its first row names the columns: question, answer, and if you have "
            "them source and title."
        )
    rows = [dict(zip(names, line, strict=False)) for line in lines[1:]]
    for number, row in enumerate(rows, start=2):
        row = {name: row.get(name, "") for name in _COLUMNS}
        if any(row[name] for name in _NEEDED) and not all(row[name] for name in _NEEDED):
            raise CannotEdit(
                f"{table}, row {number}: has a question or an answer, but not both. Add the other, or delete the row."
            )
        if row["question"]:
            yield row


def _lines(table: Path) -> Iterable[Iterable[Any]]:
    if not table.is_file() or table.stat().st_size > _MOST_BYTES:
        raise CannotEdit(f"{table} isn't a file of at most {_MOST_BYTES // 1_000_000} MB. Check its name.")
    if table.suffix.lower() == ".xlsx":
        return _sheet(table)
    if table.suffix.lower() == ".csv":
        return _csv(table)
    raise CannotEdit(f"{table} is neither .csv nor .xlsx. Save the table as one of them.")


def _csv(table: Path) -> list[list[str]]:
    try:
        text = table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotEdit(f"{table} isn't UTF-8 text. Save it as CSV UTF-8.") from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return list(csv.reader(text.splitlines(keepends=True), delimiter=separator))


def _sheet(table: Path) -> list[tuple[Any, ...]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(table, read_only=True, data_only=True)
        return list(book.worksheets[0].iter_rows(values_only=True))
    except (InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise CannotEdit(f"{table} can't be read as a sheet. Save it again as .xlsx, or as CSV UTF-8.") from error


def _draft(row: Mapping[str, str]) -> Draft:
    draft = Draft(_title(row["title"] or row["question"]), row["answer"], examples=(row["question"],))
    sources = [Source(_source_title(row["source"], url), url) for url in _URL.findall(row["source"])]
    return Draft(draft.title, draft.text, sources, draft.examples) if sources else draft


def _source_title(cell: str, url: str) -> str:
    words = " ".join(_URL.sub(" ", cell).split()).rstrip(" ,;:.()").lstrip(" ,;:(")
    return words if re.search(r"\w\w", words) else url.partition("//")[2].partition("/")[0]


def _title(text: str) -> str:
    text, most = " ".join(text.split()), int(schema_of("answer")["properties"]["title"]["maxLength"])
    return text if len(text) <= most else text[: most - 1].rpartition(" ")[0] + "…"


def _id_of(group: str, row: Mapping[str, str]) -> str:
    """Return an id made of the title: small letters without accents, as many whole words as fit."""
    plain = unicodedata.normalize("NFKD", row["title"] or row["question"]).encode("ascii", "ignore").decode().lower()
    name = "_".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
    name = name if name[:1].isalpha() else f"q_{name}"
    most = min(40, MOST_ID_CHARACTERS - len(group) - 1)
    return f"{group}/{name if len(name) <= most else name[: most + 1].rpartition('_')[0] or name[:most]}"
