"""The classifier beside the rules: it recognises danger that no rule was written for. Knows no Rasa.

Two linear models that must agree, over what the encoder makes of a message, its letters and its words: one learns from
what staff wrote and from ordinary messages of real people, the other, the judge, from what staff wrote alone, which
parts near misses better. A third says which card fits. How it was chosen, with figures: docs/safety.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.danger.cards import CRISIS, OVERDOSE, family
from bot.danger.features import Features, Floats
from bot.danger.messages import NOT_URGENT
from bot.danger.softmax import Recipe, learn
from bot.matching.encoder import Vectors

LEARNER, JUDGE, CHOOSER = Recipe(1e-4, 60), Recipe(1e-5, 100), Recipe(1e-4, 40)
OWN_HARMLESS = 0.5
"""How much a harmless message of staff counts for the learner, an ordinary one counting 1."""
COUNTED = 10_000
"""Of how many ordinary messages n-grams are counted, beside all that staff wrote."""
PIECES_SHARE = 0.5
"""How much the piece of a long message that is most like danger counts, the rest being the message as a whole."""
SURE_OF_CARD = 0.5
"""How likely a card must be to be chosen; else it is the family's first: overdose or crisis."""
_OVERDOSE, _CRISIS, _NOTHING = range(3)
_FAMILIES = (OVERDOSE, CRISIS)
_FILE = "danger.npz"


@dataclass(frozen=True)
class Messages:
    """Messages, their vectors (n, 768), and for each the urgent answer that it needs, or `no`."""

    texts: Sequence[str]
    vectors: Vectors
    labels: Sequence[str]


@dataclass(frozen=True)
class Sense:
    """How much a message is like danger: a margin, the higher the more, and the card that fits best if it is.

    A long message, which is also read in pieces, has thresholds of its own.
    """

    margin: float
    card: str
    is_long: bool = False


@dataclass(frozen=True)
class Thresholds:
    """From which margins on a message is urgent, or is to be checked, and from which on a rule's sign is believed."""

    urgent: float = 0.0
    check: float = 0.0
    urgent_long: float = 0.0
    check_long: float = 0.0
    rule: float = 0.0


class DangerClassifier:
    """Says how much a message is like danger, and which card it then needs.

    Args:
        cards: the urgent answers that can be chosen.
        features: makes features of messages.
        weights: of learner, judge (three columns each: overdose, crisis, nothing) and chooser (one a card).
        thresholds: what margins mean.
    """

    def __init__(self, cards: Sequence[str], features: Features, weights: Floats, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self._cards = list(cards)
        self._features = features
        self._weights = weights

    @classmethod
    def train(cls, own: Messages, ordinary: Messages) -> DangerClassifier:
        """Learn from messages that staff wrote and ordinary ones. Thresholds are set afterwards."""
        texts, vectors = [*own.texts, *ordinary.texts], np.vstack([own.vectors, ordinary.vectors])
        features, rows = Features.learn(texts, len(own.texts) + COUNTED, vectors)
        families = np.array([_family_number(label) for label in (*own.labels, *ordinary.labels)])
        counts = len(own.texts)
        harmless = np.where(np.arange(len(texts)) < counts, OWN_HARMLESS, 1.0)
        urgent = np.flatnonzero(families != _NOTHING)
        cards, chosen = np.unique(np.asarray(own.labels)[urgent], return_inverse=True)
        lessons = (
            (rows, families, _balanced(families, harmless), LEARNER),
            (rows.first(counts), families[:counts], _balanced(families[:counts], np.ones(counts)), JUDGE),
            (rows.at(urgent), chosen, _rare_first(chosen), CHOOSER),
        )
        with ThreadPoolExecutor() as pool:  # Side by side: most of it is SciPy's and NumPy's.
            weights = list(pool.map(lambda lesson: learn(*lesson), lessons))
        return cls(cards.tolist(), features, np.hstack(weights), Thresholds())

    def sense(self, passages: Sequence[tuple[str, Vectors]]) -> Sense:
        """Return what to make of a message: as a whole first, then, if it is long, its pieces."""
        scores = np.stack([self._features.sums(text, vector, self._weights) for text, vector in passages])
        margins = np.minimum(_margins(scores[:, :3]), _margins(scores[:, 3:6]))
        is_long = len(passages) > 1
        margin = margins[0] + PIECES_SHARE * (margins[1:].max() - margins[0]) if is_long else margins[0]
        return Sense(float(margin), self._card(scores[int(np.argmax(margins))]), is_long)

    def _card(self, scores: Floats) -> str:
        family_of_it = _FAMILIES[int(np.argmax(scores[:_NOTHING]))]
        likelihoods = np.exp(scores[6:] - scores[6:].max())
        best = int(np.argmax(likelihoods))
        sure = likelihoods[best] / likelihoods.sum() >= SURE_OF_CARD
        return self._cards[best] if sure and family(self._cards[best]) == family_of_it else family_of_it

    def save(self, folder: Path) -> None:
        """Write the classifier into a folder."""
        thresholds = np.array(list(asdict(self.thresholds).values()), dtype=np.float64)
        arrays = {"cards": np.asarray(self._cards), "weights": self._weights, "thresholds": thresholds}
        np.savez(folder / _FILE, **arrays, **self._features.arrays())

    @classmethod
    def load(cls, folder: Path) -> DangerClassifier:
        """Read what `save` wrote."""
        with np.load(folder / _FILE) as arrays:
            thresholds = Thresholds(*arrays["thresholds"].tolist())
            return cls(arrays["cards"].tolist(), Features.of(arrays), arrays["weights"], thresholds)


def _margins(scores: Floats) -> Floats:
    margins: Floats = np.logaddexp(scores[:, _OVERDOSE], scores[:, _CRISIS]) - scores[:, _NOTHING]
    return margins


def _family_number(label: str) -> int:
    return _NOTHING if label == NOT_URGENT else _FAMILIES.index(family(label))


def _balanced(families: npt.NDArray[np.intp], harmless: npt.NDArray[np.float64]) -> Floats:
    """Return how much messages count: danger more than what is harmless, by the root of how much rarer it is."""
    urgent = families != _NOTHING
    danger = np.sqrt(harmless[~urgent].sum() / max(urgent.sum(), 1))
    weights: Floats = np.where(urgent, danger, harmless).astype(np.float32)
    return weights


def _rare_first(chosen: npt.NDArray[np.intp]) -> Floats:
    weights: Floats = (1 / np.sqrt(np.bincount(chosen)[chosen])).astype(np.float32)
    return weights
