"""Decides what to do with a ranking: answer, ask back, or say that it doesn't know. Knows nothing of Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.content.answers import OUT_OF_SCOPE
from bot.nlu.matching import Candidate

ANSWER, CLARIFY, FALLBACK = "answer", "clarify", "fallback"
URGENT_GROUP = "urgent"
MOST_TITLES = 3
"""How many answers a clarifying question offers."""


@dataclass(frozen=True)
class Thresholds:
    """Confidences from which on an answer is given, or at least offered."""

    answer: float = 0.3
    clarify: float = 0.15


@dataclass(frozen=True)
class Decision:
    """What to do, and the candidates that it is about: all that may be offered, the likeliest first."""

    kind: str
    candidates: tuple[Candidate, ...]

    @property
    def confidence(self) -> float:
        """How sure the likeliest candidate is."""
        return self.candidates[0].confidence


def decide(ranking: Sequence[Candidate], thresholds: Thresholds, out_of_scope: str = OUT_OF_SCOPE) -> Decision:
    """Decide by confidence."""
    best = ranking[0]
    if best.label == out_of_scope or best.confidence < thresholds.clarify:
        return Decision(FALLBACK, tuple(ranking))
    if best.confidence < thresholds.answer:
        offered = [candidate for candidate in ranking if candidate.label != out_of_scope]
        return Decision(CLARIFY, tuple(offered[:MOST_TITLES]))
    return Decision(ANSWER, tuple(ranking))
