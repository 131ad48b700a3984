"""Counts what is decided, and how long it takes, so that nobody can read a single message off the figures."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.content.reply import Reply
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Reason, Refused, Said

STEP = 10
"""Figures move by so many messages at a time: one message more or less isn't seen."""
SECONDS_SHOWN = 60
"""For so long the same figures are shown, whoever asks: nobody sees which message it was that moved them."""
BOUNDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""The upper bounds, in seconds, of the classes of times."""

Case = tuple[str, str]
"""A door, and what was decided there: the kind of the reply, or the code of the refusal."""


class Counts:
    """How many messages were decided how, at which door and in which time.

    Args:
        clock: what time it is, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted: Counter[tuple[Case, int]] = Counter()
        self._shown: dict[Case, list[int]] = {}
        self._shown_until = clock()

    def count(self, door: str, decision: str, seconds: float) -> None:
        """Count a message."""
        self._counted[(door, decision), bisect_left(BOUNDS, seconds)] += 1

    def shown(self) -> dict[Case, list[int]]:
        """Return for each case how many messages took at most each bound, and at the end how many there were."""
        if self._clock() >= self._shown_until:
            self._shown = {case: self._rounded(case) for case in sorted({case for case, _ in [*self._counted]})}
            self._shown_until = self._clock() + SECONDS_SHOWN
        return self._shown

    def _rounded(self, case: Case) -> list[int]:
        sums, so_far = [], 0
        for place in range(len(BOUNDS) + 1):
            so_far += self._counted[case, place]
            sums.append(so_far // STEP * STEP)
        return sums


class CountingAssistant(Assistant):
    """An assistant whose decisions are counted: never what was asked, who asked, or which answer it was."""

    def __init__(self, counts: Counts, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._counts = counts

    async def reply(self, said: Said) -> list[Reply]:
        """Return the replies, at least one.

        Raises:
            Refused: as the assistant says.
        """
        started, decision = time.monotonic(), Reason.FAILED.code
        try:
            replies = await super().reply(said)
            decision = replies[0].kind.value
        except Refused as refused:
            decision = refused.reason.code
            raise
        finally:
            self._counts.count(said.channel, decision, time.monotonic() - started)
        return replies
