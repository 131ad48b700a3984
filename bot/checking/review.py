"""What isn't wrong and staff should still know: who reviewed the answers, and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from bot.content.answers import UNREVIEWED, Answer

REVIEW_AFTER_DAYS = 365


def notes(answers: Iterable[Answer]) -> Iterator[str]:
    """Yield how many answers no professional has reviewed, and which nobody has checked for a year."""
    answers = list(answers)
    unreviewed = [answer for answer in answers if answer.reviewed_by == UNREVIEWED]
    if unreviewed:
        yield (
            f"{len(unreviewed)} of {len(answers)} answers were written from their sources and have not been reviewed "
            "by a professional yet."
        )
    oldest = (datetime.date.today() - datetime.timedelta(days=REVIEW_AFTER_DAYS)).isoformat()
    stale = [answer.id for answer in answers if answer.reviewed_on < oldest]
    if stale:
        yield f"Not checked for a year: {', '.join(stale)}."
