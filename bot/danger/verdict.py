"""What rules and classifier together make of a message: urgent, to be checked, or nothing. Knows no Rasa."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.danger.classifier import Sense, Thresholds
from bot.danger.rules import Screened

SIGN_MARGIN = 1.0
"""How far below the margin from which on it is believed a rule's sign still leads to a check."""


class Level(str, Enum):
    """How grave it is: `urgent` gets the card, `check` the usual answer and then a question."""

    URGENT = "urgent"
    CHECK = "check"


@dataclass(frozen=True)
class Verdict:
    """That a message may be about danger, and the urgent answer that it needs if it is."""

    level: Level
    card: str


@dataclass(frozen=True)
class Doubts:
    """What is taken off the margin.

    Attributes:
        not_now: where the wording says that it isn't happening now.
        foreign: where the message is in another language, of which the classifier knows little.
    """

    not_now: float
    foreign: float


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
        return Verdict(Level.URGENT, alone.sign.answer_id)
    if sense.margin - doubt >= urgent:
        return Verdict(Level.URGENT, sense.card)
    if joined.urgent and joined.sign and not alone.not_now and sense.margin >= thresholds.rule:
        return Verdict(Level.URGENT, joined.sign.answer_id)
    if alone.sign and sense.margin >= thresholds.rule - SIGN_MARGIN:
        return Verdict(Level.CHECK, alone.sign.answer_id)
    if sense.margin >= check:
        return Verdict(Level.CHECK, sense.card)
    return None
