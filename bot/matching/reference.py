"""What a message refers to: it may stand alone, lean on what the conversation is on, or on what was asked before.

A conditional logit (McFadden 1974) over the answers that may be meant: it learns from conversations in
data/conversations how far to believe the message alone, the message after the topic's title, and the message after the
one before. Knows no Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.content.answers import OUT_OF_SCOPE, SECTION_GROUP, URGENT_GROUP
from bot.matching.matcher import Candidate
from bot.matching.names import SERVICE, SUBSTANCE, Name
from bot.matching.questions import ASKING

Floats = npt.NDArray[np.float64]

_LEANING = re.compile(
    r"\b(it|its|it's|that|that's|thats|this|these|those|they|them|their|theirs?|there|ones?|he|him|his|she|her|so|same|"
    r"else|then|also|too|either|neither|both|more)\b"
)
"""Words that often stand for something said before."""
_CONNECTING = re.compile(r"^(and|or|but|so|what about|how about|same|ok|okay|also|even|then|because|cos|no|not)\b")
_TOP = 6
"""How many candidates of each ranking are looked at."""
_RIDGE = 0.01
_LEANING_SHARE = 0.5
"""How freely the leaning to an answer is learned: the ridge holds it back by the square of this. A weight counts 1."""
_LEAST = 0.003
"""A confidence below this is as good as none: what logarithms of confidences begin from."""
_CHAT = "chat"
_GROUPS = (
    *("boundary", "chat", "drug", "faq", "field", "goal", "health", "law", "people", "principle", "safety", "service"),
    "support",
)
_FILE = "reference.npz"


@dataclass(frozen=True)
class Context:
    """What a message may lean on.

    Attributes:
        topic: the id of the answer that the conversation is on.
        lately: the ids of other answers that it was on.
        near: the ids of answers that the topic's leads to.
        title: the topic's title.
        before: what was typed before.
    """

    topic: str
    lately: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    title: str = ""
    before: str = ""


@dataclass(frozen=True)
class Turn:
    """A message in its conversation, and what it may ask for.

    Attributes:
        text: the message as it was read (bot.matching.spelling).
        names: the services and substances that it names.
        context: what it may lean on.
        alone: the answers that it may ask for, read alone.
        on_topic: the same, read after the topic's title.
        joined: the same, read after the message before.
    """

    text: str
    names: Sequence[Name]
    context: Context
    alone: Sequence[Candidate]
    on_topic: Sequence[Candidate]
    joined: Sequence[Candidate]


class Reference:
    """Ranks answers for a message in its conversation.

    Args:
        weights: of the features of each candidate, then of those of "none of them".
        leanings: how much likelier or less likely each answer is than its features say.
    """

    def __init__(self, weights: Floats, leanings: Mapping[str, float]) -> None:
        self._weights = weights
        self._leanings = leanings

    @classmethod
    def learn(cls, turns: Iterable[tuple[Turn, Sequence[str]]]) -> Reference:
        """Learn from messages in their conversations, each with the labels that are right for it."""
        lessons = []
        for turn, right in turns:
            labels, rows = _candidates(turn)
            is_right = np.array([label in right for label in labels])
            if is_right.any():
                lessons.append((labels, rows, is_right))
        return cls(*_learned(lessons)) if lessons else cls(np.zeros(0), {})

    def rank(self, turn: Turn) -> list[Candidate]:
        """Return the answers that may be meant, the likeliest first; what is out of scope is one of them."""
        labels, rows = _candidates(turn)
        scores = rows @ self._weights + [self._leanings.get(label, 0.0) for label in labels]
        raised = np.exp(scores - scores.max())
        found = zip(labels, raised / raised.sum(), strict=True)
        return sorted((Candidate(*one) for one in found), key=lambda one: -one.confidence)

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        labels, leanings = list(self._leanings), np.array(list(self._leanings.values()))
        np.savez(folder / _FILE, weights=self._weights, labels=np.array(labels, dtype=str), leanings=leanings)

    @classmethod
    def load(cls, folder: Path) -> Reference:
        """Read what `save` wrote."""
        with np.load(folder / _FILE) as arrays:
            leanings = dict(zip(arrays["labels"].tolist(), arrays["leanings"].tolist(), strict=True))
            return cls(np.asarray(arrays["weights"]), leanings)


Lesson = tuple[list[str], Floats, npt.NDArray[np.bool_]]
"""Candidates' labels, their features, and which of them are right."""


def _learned(lessons: Sequence[Lesson]) -> tuple[Floats, dict[str, float]]:
    """Return the weights and leanings under which what is right is the likeliest in all lessons, with some ridge."""
    rows = np.vstack([rows for _, rows, _ in lessons])
    is_right = np.concatenate([right for _, _, right in lessons])
    names, label = np.unique(np.concatenate([labels for labels, _, _ in lessons]), return_inverse=True)
    counts = np.array([len(labels) for labels, _, _ in lessons])
    starts, of_row = np.cumsum(counts) - counts, np.repeat(np.arange(len(counts)), counts)
    ridge, size = _RIDGE * len(lessons) / 100, rows.shape[1]

    def loss(found: Floats) -> tuple[float, Floats]:
        scores = rows @ found[:size] + _LEANING_SHARE * found[size:][label]
        raised = np.exp(scores - np.maximum.reduceat(scores, starts)[of_row])
        likelihoods = raised / np.add.reduceat(raised, starts)[of_row]
        right = np.where(is_right, likelihoods, 0.0)
        shares = np.add.reduceat(right, starts)
        missing = right / shares[of_row] - likelihoods
        slope = np.concatenate([rows.T @ missing, _LEANING_SHARE * np.bincount(label, missing)])
        return ridge * float(found @ found) - float(np.log(shares).sum()), 2 * ridge * found - slope

    found = minimize(loss, np.zeros(size + len(names)), jac=True, method="L-BFGS-B").x
    return found[:size], dict(zip(names.tolist(), (_LEANING_SHARE * found[size:]).tolist(), strict=True))


def _candidates(turn: Turn) -> tuple[list[str], Floats]:
    """Return the labels that may be meant, the last one out of scope, and a row of features for each."""
    topic = turn.context.topic
    resolved = [
        _resolved(turn.alone, topic),
        *(_resolved(_harmless(ranking), topic) for ranking in (turn.on_topic, turn.joined)),
    ]
    found = dict.fromkeys(label for ranking in resolved for label in list(ranking)[:_TOP])
    labels = [label for label in dict.fromkeys((*found, topic, *turn.context.lately)) if label != OUT_OF_SCOPE]
    message = _of_message(turn)
    sections = sum(one.confidence for one in turn.alone if one.label.startswith(f"{SECTION_GROUP}/"))
    rows = [
        np.concatenate([_by_rankings(label, topic, resolved, sections, message), _by_context(label, turn, message)])
        for label in labels
    ]
    nothing = np.concatenate([np.zeros(len(rows[0])), message, _logarithms(_none(ranking) for ranking in resolved)])
    table = np.vstack([np.pad(np.array(rows), ((0, 0), (0, len(nothing) - len(rows[0])))), nothing])
    return [*labels, OUT_OF_SCOPE], table


def _of_message(turn: Turn) -> Floats:
    return np.array(
        [
            1.0,
            1.0 / max(len(turn.text.split()), 1),
            bool(_LEANING.search(turn.text)),
            bool(_CONNECTING.match(turn.text)),
            bool(ASKING.match(turn.text)),
            any(name.kind == SUBSTANCE for name in turn.names),
            any(name.kind == SERVICE for name in turn.names),
        ]
    )


def _by_rankings(
    label: str, topic: str, resolved: Sequence[Mapping[str, float]], sections: float, message: Floats
) -> Floats:
    """Return what the rankings say of a label, in messages of all sorts."""
    confidences = [ranking.get(label, 0.0) for ranking in resolved]
    best = [
        float(max(ranking.values(), default=0) == found > 0)
        for ranking, found in zip(resolved, confidences, strict=True)
    ]
    is_topic, is_chat = float(label == topic), float(_group(label) == _CHAT)
    alone = _logarithms(confidences[:1])[0]
    row: Floats = np.concatenate(
        [
            _logarithms(confidences),
            confidences,
            best,
            is_topic * message,
            alone * message[1:],
            confidences[2] * message[1:],
            [is_topic * sections, is_topic * confidences[1], is_chat * alone],
        ]
    )
    return row


def _by_context(label: str, turn: Turn, message: Floats) -> Floats:
    """Return how a label stands to the conversation and to what the message names."""
    context, group = turn.context, _group(label)
    is_topic, is_late = float(label == context.topic), float(label in context.lately)
    _, shortness, leans, *_, names_substance, _ = message
    row: Floats = np.array(
        [
            *(float(group == one) for one in _GROUPS),
            *(is_topic * float(group == one) for one in _GROUPS),
            label in context.near,
            group == _group(context.topic),
            is_late,
            is_late * leans,
            is_late * shortness,
            label in context.lately[:1],
            is_topic * len(context.lately),
            any(name.value == label for name in turn.names),
            float(group == "drug") * names_substance,
        ],
        dtype=float,
    )
    return row


def _group(label: str) -> str:
    return label.partition("/")[0]


def _logarithms(confidences: Iterable[float]) -> Floats:
    """Return how confidences compare to next to nothing, in logarithms: 0 for nothing, 1 for all."""
    found: Floats = np.log(np.maximum(np.fromiter(confidences, float), _LEAST) / _LEAST) / -np.log(_LEAST)
    return found


def _none(ranking: Mapping[str, float]) -> float:
    return max(0.0, 1 - sum(found for label, found in ranking.items() if label != OUT_OF_SCOPE))


def _harmless(ranking: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what is for emergencies: no message becomes one by what was said before (bot/danger sees to those)."""
    return [one for one in ranking if _group(one.label) != URGENT_GROUP]


def _resolved(ranking: Sequence[Candidate], topic: str) -> dict[str, float]:
    """Return confidences by answer: questions for a section are about the topic."""
    found: dict[str, float] = {}
    for one in ranking:
        label = topic if one.label.startswith(f"{SECTION_GROUP}/") else one.label
        found[label] = found.get(label, 0.0) + one.confidence
    return found
