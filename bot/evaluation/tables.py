"""Labelled questions of any other assistant: CSV files with the columns `sentence` and `label`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.labelled import WrongQuestions

COLUMNS = ("sentence", "label")


@dataclass(frozen=True)
class Sentence:
    """A sentence and its label."""

    text: str
    label: str


def read_table(file: Path) -> list[Sentence]:
    """Read labelled sentences; rows without a sentence are left out.

    Raises:
        WrongQuestions: the file isn't there, isn't text, or lacks one of the columns or labels.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if not set(COLUMNS) <= set(rows.fieldnames or ()):
                raise WrongQuestions(f"{file}: the first line should name the columns {' and '.join(COLUMNS)}.")
            sentences = [_sentence(row, file, rows.line_num) for row in rows if (row["sentence"] or "").strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongQuestions(f"{file} can't be read: {error}.") from error
    if not sentences:
        raise WrongQuestions(f"{file} has no sentences.")
    return sentences


def _sentence(row: dict[str, str | None], file: Path, line: int) -> Sentence:
    label = (row["label"] or "").strip()
    if not label:
        raise WrongQuestions(f"{file}, line {line}: the sentence has no label.")
    return Sentence((row["sentence"] or "").strip(), label)
