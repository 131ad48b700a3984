"""Decides what to do with a ranking: answer, ask back, or say that it doesn't know. Knows nothing of Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.content.answers import OUT_OF_SCOPE
from bot.matching.matcher import Candidate

ANSWER, CLARIFY, FALLBACK = "answer", "clarify", "fallback"
URGENT_GROUP = "urgent"
MOST_TITLES = 3
"""How many answers a clarifying question offers."""


@dataclass(frozen=True)
class Thresholds:
    """When to answer and when to ask back.

    Attributes:
        answer: from this confidence on of all answers together, the likeliest is given,
        answer_named: or from here on, if the message names a service or a substance or may speak of danger, as hardly
            any ordinary one does,
        share: if at least this share of the confidence is its own,
        clarify: from this confidence on of all answers together, the likeliest are offered; below, it is none of them.
        clarify_named: the same for messages that `answer_named` is for.
    """

    answer: float = 0.72
    answer_named: float = 0.4
    share: float = 0.3
    clarify: float = 0.45
    clarify_named: float = 0.2


@dataclass(frozen=True)
class Decision:
    """What to do, and the candidates that it is about: all that may be offered, the likeliest first."""

    kind: str
    candidates: tuple[Candidate, ...]

    @property
    def confidence(self) -> float:
        """How sure the likeliest candidate is."""
        return self.candidates[0].confidence


def decide(
    ranking: Sequence[Candidate],
    thresholds: Thresholds,
    out_of_scope: str = OUT_OF_SCOPE,
    in_conversation: bool = False,
    is_ours: bool = False,
) -> Decision:
    """Decide by confidence; `is_ours` says that a message names what the answers are about, or may speak of danger."""
    clarify = thresholds.clarify_named if is_ours else thresholds.clarify
    least = thresholds.answer_named if is_ours else thresholds.answer
    if in_conversation:  # Asking back breaks the thread.
        least = clarify
    answers = tuple(candidate for candidate in ranking if candidate.label != out_of_scope)
    known = sum(candidate.confidence for candidate in answers)
    if known < clarify:
        return Decision(FALLBACK, (Candidate(out_of_scope, 1 - known), *answers))
    if known < least or answers[0].confidence < thresholds.share * known:
        return Decision(CLARIFY, answers[:MOST_TITLES])
    return Decision(ANSWER, answers)
