"""Trains the classifier for danger, and sets its thresholds by ordinary messages that it hasn't learned from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from bot.danger.classifier import DangerClassifier, Messages, Sense, Thresholds
from bot.danger.messages import NOT_URGENT, danger_documents, labelled_messages
from bot.danger.rules import DangerRules
from bot.matching.encoder import Vectors
from bot.matching.ordinary import Part, ordinary_messages
from bot.matching.reading import LONG_WORDS, pieces_of

LEARNED = 20_000
"""How many ordinary messages the classifier learns from."""
SET_BY, SET_BY_LONG = 8_000, 1_000
"""How many others set the thresholds, and how many long ones, which are rare, set theirs."""

Encode = Callable[[Iterable[str]], Vectors]


@dataclass(frozen=True)
class Rates:
    """Which shares of ordinary messages may be taken for danger: config.yml, docs/safety.md.

    Attributes:
        urgent: get an urgent reply because of the classifier alone.
        check: get at least a check.
        urgent_long: of long messages, get an urgent reply.
        check_long: of long messages, get at least a check.
        rule: get an urgent reply because of a rule alone, in addition.
    """

    urgent: float = 0.0022
    check: float = 0.0120
    urgent_long: float = 0.012
    check_long: float = 0.08
    rule: float = 0.0003


def train(examples: Messages, encode: Encode, rules: DangerRules, rates: Rates) -> DangerClassifier:
    """Return a classifier that has learned from example questions, data/danger and ordinary messages.

    Args:
        examples: the example questions.
        encode: makes vectors of texts, shape (n, 768).
        rules: the rules for danger, which the threshold for them depends on.
        rates: how many false alarms to allow for.
    """
    danger = [(label, text) for document in danger_documents() for label, text, _ in labelled_messages(document)]
    texts = [text for _, text in danger]
    own = Messages(
        [*examples.texts, *texts],
        np.vstack([examples.vectors, encode(texts)]),
        [*examples.labels, *(label for label, _ in danger)],
    )
    ordinary = ordinary_messages(Part.LEARN)[:LEARNED]
    classifier = DangerClassifier.train(own, Messages(ordinary, encode(ordinary), [NOT_URGENT] * len(ordinary)))
    classifier.thresholds = _thresholds(classifier, encode, rules, rates)
    return classifier


def _thresholds(classifier: DangerClassifier, encode: Encode, rules: DangerRules, rates: Rates) -> Thresholds:
    unseen = ordinary_messages(Part.THRESHOLDS)
    random_sample, rest = unseen[:SET_BY], unseen[SET_BY:]
    long = [text for text in rest if len(text.split()) > LONG_WORDS][:SET_BY_LONG]
    texts = [*random_sample, *long]
    senses = _senses(classifier, encode, texts)
    margins = {
        is_long: np.array([sense.margin for sense in senses if sense.is_long == is_long]) for is_long in (False, True)
    }
    found = Thresholds(
        _reached_by(rates.urgent, margins[False]),
        _reached_by(rates.check, margins[False]),
        _reached_by(rates.urgent_long, margins[True]),
        _reached_by(rates.check_long, margins[True]),
    )
    doubtful = sorted(
        (sense.margin, text)
        for text, sense in zip(random_sample, senses, strict=False)
        if sense.margin < (found.urgent_long if sense.is_long else found.urgent)
    )
    by_rules = (margin for margin, text in reversed(doubtful) if rules.screen(text).urgent)
    rule = next(islice(by_rules, int(rates.rule * len(random_sample)), None), found.check)
    return Thresholds(found.urgent, found.check, found.urgent_long, found.check_long, float(np.nextafter(rule, np.inf)))


def _senses(classifier: DangerClassifier, encode: Encode, texts: Sequence[str]) -> list[Sense]:
    passages = [[text, *pieces_of(text)] for text in texts]
    vectors = iter(encode(passage for of_text in passages for passage in of_text))
    return [classifier.sense([(passage, next(vectors)) for passage in of_text]) for of_text in passages]


def _reached_by(share: float, margins: npt.NDArray[np.float64]) -> float:
    """Return the margin that a share of the margins reaches."""
    return float(np.quantile(margins, 1 - share))
