"""Decides what to do with a ranking: answer, ask back, or say that it doesn't know. Knows nothing of Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.content.answers import OUT_OF_SCOPE
from bot.nlu.matching import Candidate

ANSWER, CLARIFY, FALLBACK, URGENT = "answer", "clarify", "fallback", "urgent"
URGENT_GROUP = "urgent"
MOST_TITLES = 3
"""How many answers a clarifying question offers."""


@dataclass(frozen=True)
class Thresholds:
    """When to answer, ask back, or see danger.

    Confidences are probabilities, so the defaults are "more likely than not" and hold for other questions too:
    from `answer` on, the likeliest answer is given; else, if all answers together reach `clarify`, the likeliest are
    offered; else it is none of them. `urgent` is what the urgent answers together must reach.
    """

    answer: float = 0.5
    clarify: float = 0.5
    urgent: float = 0.3


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
    """Decide by confidence. Danger comes first: no other candidate outranks it, and low confidence doesn't block it."""
    danger = [candidate for candidate in ranking if candidate.label.startswith(f"{URGENT_GROUP}/")]
    if sum(candidate.confidence for candidate in danger) >= thresholds.urgent:
        return Decision(URGENT, tuple(danger))
    answers = tuple(candidate for candidate in ranking if candidate.label != out_of_scope)
    known = sum(candidate.confidence for candidate in answers)
    if known < thresholds.clarify:
        return Decision(FALLBACK, (Candidate(out_of_scope, 1 - known), *answers))
    if answers[0].confidence < thresholds.answer:
        return Decision(CLARIFY, answers[:MOST_TITLES])
    return Decision(ANSWER, answers)
