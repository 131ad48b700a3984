"""What isn't wrong and staff should still know: who reviewed the answers, and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from enum import Enum

from bot.content.answers import TO_REVIEW, UNREVIEWED, URGENT_GROUP, Answer

REVIEW_AFTER_DAYS = 365
REVIEW_URGENT_AFTER_DAYS = 183


class State(str, Enum):
    """How an answer stands, in a word or two."""

    FINE = "fine"
    PROBLEMS = "problems"
    DUE = "review due"
    NEVER = "never reviewed"


def state_of(answer: Answer) -> State:
    """Return how a review of an answer stands."""
    if is_due(answer):
        return State.DUE
    return State.NEVER if answer.reviewed_by in (UNREVIEWED, TO_REVIEW) else State.FINE


def is_due(answer: Answer) -> bool:
    """Say whether nobody has checked an answer for a year; what is urgent, for half a year."""
    days = REVIEW_URGENT_AFTER_DAYS if answer.group == URGENT_GROUP else REVIEW_AFTER_DAYS
    return answer.reviewed_on < (datetime.date.today() - datetime.timedelta(days=days)).isoformat()


def notes(answers: Iterable[Answer]) -> Iterator[str]:
    """Yield how many answers no professional has reviewed, and which nobody has checked for too long."""
    answers = list(answers)
    unreviewed = [answer for answer in answers if answer.reviewed_by == UNREVIEWED]
    if unreviewed:
        yield (
            f"{len(unreviewed)} of {len(answers)} answers were written from their sources and have not been reviewed "
            "by a professional yet."
        )
    due = [answer.id for answer in answers if is_due(answer)]
    if due:
        yield f"Not checked for a year, or urgent and not for half a year: {', '.join(due)}."
