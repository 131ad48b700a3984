"""What the preview shows: all answers with their state, and each as the widget and as Telegram show it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from actions.answers import ActionPick
from actions.turn import Turn
from bot.channels.telegram.showing import shown as shown_in_telegram
from bot.checking.report import Report, check
from bot.checking.review import State, state_of
from bot.content import DATA
from bot.content.answer_files import ANSWERS, PHRASES_FILE, WIDGET_FILE
from bot.content.answers import MORE, SECTIONS, Address
from bot.content.library import Library
from bot.content.own import MARK
from bot.content.problems import ERROR, Problem
from bot.content.reply import Reply, Target
from bot.content.yaml_files import shown, yaml_below

_LINES_AROUND = 3


class Desk:
    """The answers as they stand in their files, and what is wrong with them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._report = Report()

    def read(self) -> None:
        """Read the answers again: takes a tenth of a second."""
        self._library.problems = self._library.reload()

    def check(self) -> None:
        """Look for problems again: takes seconds."""
        self._report = check()

    def overview(self) -> list[dict[str, Any]]:
        """Return each answer with its state, those that can't be read too."""
        ids = [path.relative_to(ANSWERS).with_suffix("").as_posix() for path in yaml_below(ANSWERS)]
        return [self._entry(answer_id) for answer_id in ids if f"{answer_id}.yml" not in (PHRASES_FILE, WIDGET_FILE)]

    def answer(self, address: Address) -> dict[str, Any]:
        """Return all that the page shows of an answer.

        Raises:
            KeyError: there is no such answer.
        """
        entry = self._entry(address.answer_id)
        problems = [_with_lines(problem) for problem in self._problems(address.answer_id)]
        file = shown(ANSWERS / f"{address.answer_id}.yml")
        if address.answer_id not in self._library:
            if not problems:
                raise KeyError(address.answer_id)
            return {**entry, "file": file, "problems": problems}
        answer = self._library[address.answer_id]
        parts = [part for part in (*SECTIONS, MORE) if answer.part(part)]
        telegram = shown_in_telegram(reply_to(address), self._library.phrases)
        rows = telegram.keyboard.inline_keyboard if telegram.keyboard else ()
        return {
            **entry,
            "file": file,
            "problems": problems,
            "reviewed": f"Checked on {answer.reviewed_on} by: {answer.reviewed_by}",
            "parts": [{"address": str(Address(answer.id, part)), "title": self._part(part)} for part in (None, *parts)],
            "follow_ups": [{"question": one.question, "answer": one.text} for one in answer.follow_ups],
            "telegram": {
                "messages": list(telegram.texts),
                "rows": [[{"title": one.text, "address": one.callback_data} for one in row] for row in rows],
            },
        }

    def title(self, answer_id: str) -> str:
        """Return an answer's title, or its id if it can't be read."""
        return self._library[answer_id].title if answer_id in self._library else answer_id

    def _part(self, part: str | None) -> str:
        return self._library.phrases["more" if part == MORE else f"section_{part}"] if part else "Answer"

    def _entry(self, answer_id: str) -> dict[str, Any]:
        problems = self._problems(answer_id)
        state = state_of(self._library[answer_id]) if answer_id in self._library else State.FINE
        if any(problem.level == ERROR for problem in problems):
            state = State.PROBLEMS
        return {"id": answer_id, "title": self.title(answer_id), "state": state.value, "found": len(problems)}

    def _problems(self, answer_id: str) -> list[Problem]:
        files = [
            shown(DATA / name)
            for name in (f"faq/{answer_id}.yml", f"nlu/{answer_id}.yml", f"nlu/{answer_id}{MARK}.yml")
        ]
        found = [*self._library.problems, *self._report.problems, *self._report.warnings]
        return sorted({problem for problem in found if problem.location.file in files})


def reply_to(target: Target) -> Reply:
    """Return what people get if they press a button."""
    return ActionPick().reply(Turn("pick", (), None, None, False, False, target, None, None))


def _with_lines(problem: Problem) -> dict[str, Any]:
    """Return a problem with the lines of its file around it."""
    where = problem.location
    return {
        "file": where.file,
        "line": where.line,
        "level": problem.level,
        "message": problem.message,
        "lines": [{"number": number, "text": text} for number, text in _lines(Path(where.file), where.line)],
    }


def _lines(file: Path, middle: int) -> Iterator[tuple[int, str]]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return
    first = max(1, middle - _LINES_AROUND)
    yield from enumerate(lines[first - 1 : middle + _LINES_AROUND], start=first)
