"""A small part of the content, in order by itself: checking all of it takes more than a second, and this a tenth."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.checking.report import Report
from bot.checking.report import check as check_all
from bot.content import DATA

KEPT = r"(?:service/\w+|urgent/\w+|faq/(?:crime|effective)|safety/using_alone|chat/(?:privacy|help)|out_of_scope)\b"
"""The ids of the answers that are there."""
_NAMED_IN_A_LIST = rf"(?m)^  - (?=\w+/)(?!{KEPT}).*\n"
_FIRST_EXAMPLES = r"(?m)((?:^    - .*\n){25})(?:^    - .*\n)+"
_NAMED_IN_A_CONVERSATION = rf"about: .*\b(?!{KEPT})\w+/"


def copy_small_content(data: Path) -> Path:
    """Copy the kept answers with their examples, the conversations about them, and all files that stand alone."""
    shutil.copytree(DATA / "schemas", data / "schemas")
    shutil.copytree(DATA / "danger", data / "danger", ignore=shutil.ignore_patterns("pairs", "stories"))
    for path in [
        *DATA.glob("*.yml"),
        DATA / "faq/phrases.yml",
        DATA / "faq/widget.yml",
        *DATA.glob("nlu/section/*.yml"),
    ]:
        _write(data / path.relative_to(DATA), path.read_text())
    for answer in DATA.glob("faq/**/*.yml"):
        name = answer.relative_to(DATA / "faq")
        if re.fullmatch(KEPT, name.with_suffix("").as_posix()):
            _write(data / "faq" / name, re.sub(_NAMED_IN_A_LIST, "", answer.read_text()))
            if (examples := DATA / "nlu" / name).exists():
                _write(data / "nlu" / name, re.sub(_FIRST_EXAMPLES, r"\1", examples.read_text()))
    for path in DATA.glob("conversations/*.yml"):
        if not re.search(_NAMED_IN_A_CONVERSATION, text := path.read_text()):
            _write(data / "conversations" / path.name, text)
    return data


def check(data: Path, questions: Path | None = None) -> Report:
    """Check a copy, and not whether all of tests/questions has its answer there."""
    return check_all(data, questions or data / "no_questions")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
