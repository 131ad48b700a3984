"""The urgent answers by family: danger to the body, and the wish to die or be hurt."""

from __future__ import annotations

OVERDOSE, CRISIS = "urgent/overdose", "urgent/crisis"
"""The first card of each family: what someone in danger gets if no other card fits better."""
CRISIS_CARDS = frozenset({CRISIS, "urgent/self_harm", "urgent/someone_in_crisis"})
"""Cards for someone who needs a person to talk to: kind words first, then the lines and numbers."""


def family(card: str) -> str:
    """Return the first card of a card's family."""
    return CRISIS if card in CRISIS_CARDS else OVERDOSE
