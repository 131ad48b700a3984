"""What rules and classifier together make of a message: urgent, to be checked, or nothing. Knows no Rasa."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.danger.cards import CRISIS, OVERDOSE, family
from bot.danger.classifier import Sense, Thresholds
from bot.danger.rules import Screened, Sign

KINDS = frozenset(
    {
        "urgent/alcohol_or_ghb",
        "urgent/child",
        "urgent/infection",
        "urgent/overheating",
        "urgent/self_harm",
        "urgent/someone_in_crisis",
        "urgent/withdrawal",
    }
)
"""Cards for one kind of emergency, which what is said next seldom changes."""
SIGN_MARGIN = 1.0
"""How far below the margin from which on it is believed a rule's sign still leads to a check."""

BREATHING = frozenset(
    {"cant_breathe", "colour", "naloxone", "no_pulse", "not_breathing", "opioids_not_waking", "sounds"}
)
"""Signs whose own card always comes: naloxone and breaths can't wait."""


class Level(str, Enum):
    """How grave it is: `urgent` gets the card, `check` the usual answer and then a question."""

    URGENT = "urgent"
    CHECK = "check"


@dataclass(frozen=True)
class Verdict:
    """That a message may be about danger, and the urgent answer that it needs if it is.

    `is_sign` says that a sign names this answer; otherwise it is the likeliest of its family.
    """

    level: Level
    card: str
    is_sign: bool = False


def verdict(alone: Screened, joined: Screened, sense: Sense, thresholds: Thresholds, doubt: float) -> Verdict | None:
    """Decide about a message.

    Args:
        alone: what the rules make of it.
        joined: what they make of it and the message before together: people in danger send halves.
        sense: what the classifier makes of it.
        thresholds: what the margins mean.
        doubt: what to take off the margin before it is enough by itself.
    """
    urgent = thresholds.urgent_long if sense.is_long else thresholds.urgent
    check = thresholds.check_long if sense.is_long else thresholds.check
    if alone.urgent and alone.sign and sense.margin >= thresholds.rule:
        return _by_sign(alone.sign, sense)
    if sense.margin - doubt >= urgent:
        return Verdict(Level.URGENT, sense.card)
    if joined.urgent and joined.sign and not alone.not_now and sense.margin >= thresholds.rule:
        return _by_sign(joined.sign, sense)
    if alone.sign and sense.margin >= thresholds.rule - SIGN_MARGIN:
        return Verdict(Level.CHECK, alone.sign.answer_id)
    if sense.margin >= check:
        return Verdict(Level.CHECK, sense.card)
    return None


def staying_with(emergency: str, found: Verdict) -> Verdict:
    """Return a verdict that doesn't leave the card of an emergency for another unless a sign says so.

    Whoever is told what to do in a withdrawal and writes that they sweat isn't overheating.
    """
    stays = not found.is_sign and family(emergency) == family(found.card) and emergency in KINDS
    return Verdict(found.level, emergency) if stays else found


def _by_sign(sign: Sign, sense: Sense) -> Verdict:
    """Return the sign's card, or in place of a family's first card the one of that family that the classifier chose."""
    general = sign.answer_id in (OVERDOSE, CRISIS) and sign.name not in BREATHING
    if general and family(sense.card) == sign.answer_id:
        return Verdict(Level.URGENT, sense.card)
    return Verdict(Level.URGENT, sign.answer_id, is_sign=True)
