"""Measures the product's pipeline, trained on any labelled sentences, at its own default thresholds."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bot.evaluation.metrics import Share, calibration_error, matthews_correlation, reliability, share
from bot.evaluation.tables import Sentence
from bot.matching.decision import ANSWER, CLARIFY, FALLBACK
from bot.matching.pipeline import Pipeline

_TOP = 3


def evaluate_labels(examples: Sequence[Sentence], questions: Sequence[Sentence], out_of_scope: str) -> None:
    """Train on examples, ask the questions, and print figures."""
    started = time.perf_counter()
    pipeline = Pipeline([example.text for example in examples], [example.label for example in examples], out_of_scope)
    trained = time.perf_counter()
    decisions = [pipeline.decide(question.text) for question in questions]
    asked = time.perf_counter()
    wanted = [question.label for question in questions]
    got = [decision.candidates[0].label for decision in decisions]
    right = [one == two for one, two in zip(wanted, got, strict=True)]
    inside = [label != out_of_scope for label in wanted]
    titles = [
        label in [candidate.label for candidate in decision.candidates if candidate.label != out_of_scope][:_TOP]
        for label, decision in zip(wanted, decisions, strict=True)
    ]
    bins = reliability([decision.confidence for decision in decisions], right)

    def among(flags: Sequence[bool], of: Sequence[bool]) -> Share:
        return share([flag for flag, counts in zip(flags, of, strict=True) if counts])

    def is_kind(kind: str) -> list[bool]:
        return [decision.kind == kind for decision in decisions]

    clarified = [one and two for one, two in zip(inside, is_kind(CLARIFY), strict=True)]
    print(f"{len(examples)} examples, {len({e.label for e in examples})} labels, {len(questions)} questions\n")
    for name, value in {
        "top-1": among(right, inside),
        "top-3": among(titles, inside),
        "in scope, wrongly sent to fallback": among(is_kind(FALLBACK), inside),
        "in scope, asked back (clarify)": among(is_kind(CLARIFY), inside),
        "of these, the right one among the titles": among(titles, clarified),
        "out of scope, fallback (recall)": among(is_kind(FALLBACK), [not flag for flag in inside]),
        "out of scope, given a confident answer": among(is_kind(ANSWER), [not flag for flag in inside]),
    }.items():
        if value.of:
            print(f"{name:42}{value}")
    print(f"{'expected calibration error':42}{calibration_error(bins):6.3f}")
    print(f"{'training':42}{trained - started:6.1f} s")
    print(f"{'one question':42}{(asked - trained) / len(questions) * 1000:6.1f} ms")
    print(f"\nMCC {matthews_correlation(wanted, got):.3f}")
