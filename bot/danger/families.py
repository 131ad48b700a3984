"""The urgent answers' two families: someone's body is in danger, or someone may end their life."""

from __future__ import annotations

OVERDOSE, CRISIS = "urgent/overdose", "urgent/crisis"
"""The families, each named for its most general answer."""
CRISIS_ANSWERS = frozenset({CRISIS, "urgent/self_harm", "urgent/someone_in_crisis"})
"""Answers for someone who needs a person to talk to: kind words first, then the lines and numbers."""


def family(answer_id: str) -> str:
    """Return the family of an urgent answer: `urgent/crisis` or `urgent/overdose`."""
    return CRISIS if answer_id in CRISIS_ANSWERS else OVERDOSE
