"""Measures the product's pipeline, trained on any labelled sentences, at its own default thresholds."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sklearn.metrics import matthews_corrcoef

from bot.evaluation.figures import TOP, Outcome, figures_of, print_figures
from bot.evaluation.metrics import reliability
from bot.evaluation.tables import Sentence
from bot.matching.decision import Decision
from bot.matching.pipeline import Pipeline


def evaluate_labels(examples: Sequence[Sentence], questions: Sequence[Sentence], out_of_scope: str) -> None:
    """Train on examples, ask the questions, and print figures."""
    started = time.perf_counter()
    pipeline = Pipeline([example.text for example in examples], [example.label for example in examples], out_of_scope)
    trained = time.perf_counter()
    decisions = [pipeline.decide(question.text) for question in questions]
    asked = time.perf_counter()
    wanted = [question.label for question in questions]
    outcomes = [_outcome(*pair, out_of_scope) for pair in zip(wanted, decisions, strict=True)]
    print(f"{len(examples)} examples, {len({e.label for e in examples})} labels, {len(questions)} questions\n")
    bins = reliability([one.confidence for one in outcomes], [one.right for one in outcomes])
    print_figures(figures_of(outcomes), bins)
    print(f"{'training':42}{trained - started:6.1f} s")
    print(f"{'one question':42}{(asked - trained) / len(questions) * 1000:6.1f} ms")
    print(f"\nMCC {matthews_corrcoef(wanted, [decision.candidates[0].label for decision in decisions]):.3f}")


def _outcome(wanted: str, decision: Decision, out_of_scope: str) -> Outcome:
    labels = [candidate.label for candidate in decision.candidates]
    titles = [label for label in labels if label != out_of_scope][:TOP]
    return Outcome(wanted != out_of_scope, labels[0] == wanted, wanted in titles, decision.kind, decision.confidence)
