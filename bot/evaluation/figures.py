"""How well questions were matched, by name: for this assistant's questions, and for anyone's labelled sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.evaluation.metrics import Bin, Share, calibration_error, share
from bot.matching.decision import ANSWER, CLARIFY, FALLBACK

URGENT = "urgent"
CONFIDENT = (ANSWER, URGENT)
"""Decisions that give an answer without asking back."""
TOP = 3
"""How many of the likeliest answers count for `in_top`."""


@dataclass(frozen=True)
class Outcome:
    """What became of a question.

    Attributes:
        in_scope: whether there is an answer to it.
        right: whether the answer, or the first title of a clarifying question, is the one wanted.
        in_top: whether the answer is among the three likeliest.
        decision: `answer`, `clarify`, `fallback` or `urgent`.
        confidence: how sure the decision was, from 0 to 1.
        section_right: whether the answer's section is the one wanted; None if the question asks for none.
    """

    in_scope: bool
    right: bool
    in_top: bool
    decision: str
    confidence: float
    section_right: bool | None = None


def figures_of(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Return the figures that make sense for any questions."""
    inside = [outcome for outcome in outcomes if outcome.in_scope]
    outside = [outcome for outcome in outcomes if not outcome.in_scope]
    return {
        "top-1": share([one.right for one in inside]),
        "top-3": share([one.in_top for one in inside]),
        "section right, where one is asked for": share(
            [one.section_right for one in inside if one.section_right is not None]
        ),
        "in scope, wrongly sent to fallback": share([one.decision == FALLBACK for one in inside]),
        "in scope, asked back (clarify)": share([one.decision == CLARIFY for one in inside]),
        "of these, the right one among the titles": share([one.in_top for one in inside if one.decision == CLARIFY]),
        "out of scope, fallback (recall)": share([one.decision == FALLBACK for one in outside]),
        "out of scope, given a confident answer": share([one.decision in CONFIDENT for one in outside]),
    }


def print_figures(figures: Mapping[str, Share], bins: Sequence[Bin]) -> None:
    """Print a line for each figure that has any questions, with its 95 % interval, and the calibration error."""
    for name, value in figures.items():
        if value.of:
            print(f"{name:42}{value}")
    print(f"{'expected calibration error':42}{calibration_error(bins):6.3f}")
