"""Sums up what was counted."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.privacy.tally import Counted

_UNSURE = {"clarify": "asked back", "fallback": "not known"}
_DOORS = {"chat": "web", "telegram": "Telegram"}
MOST_ROWS = 10


@dataclass(frozen=True)
class Summary:
    """What was counted over some days: how often, by day, answer, and so on, the most first.

    `failed` is what wasn't known or was asked back, by door.
    """

    replies: int
    by_day: tuple[tuple[str, int], ...]
    asked: tuple[tuple[str, int], ...]
    failed: tuple[tuple[str, int], ...]
    not_helpful: tuple[tuple[str, int, int], ...]
    """Answers with how often they didn't help, and how often someone said whether they did."""


def sum_up(counted: Sequence[Counted]) -> Summary:
    """Return the sums."""
    replies = [one for one in counted if not one.helpful]
    asked, failed, days = Counter[str](), Counter[str](), Counter[str]()
    for one in replies:
        days[one.day] += one.times
        if one.decision in _UNSURE:
            failed[f"{_UNSURE[one.decision]}, {_DOORS.get(one.channel, one.channel)}"] += one.times
        elif one.answer:
            asked[one.answer] += one.times
    rated, bad = Counter[str](), Counter[str]()
    for one in counted:
        if one.helpful:
            rated[one.answer] += one.times
            bad[one.answer] += one.times * (one.helpful == "no")
    return Summary(
        sum(days.values()),
        tuple((day, days[day]) for day in _all_days(days)),
        tuple(asked.most_common(MOST_ROWS)),
        tuple(failed.most_common()),
        tuple((answer, times, rated[answer]) for answer, times in bad.most_common(MOST_ROWS) if times),
    )


def _all_days(days: Collection[str]) -> list[str]:
    """Return all days from the first to the last, those too on which nothing was counted."""
    if not days:
        return []
    first, last = (datetime.date.fromisoformat(day) for day in (min(days), max(days)))
    return [(first + datetime.timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
