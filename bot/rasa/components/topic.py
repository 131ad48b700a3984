"""TopicMatcher: which answer a message asks for."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.answers import OUT_OF_SCOPE
from bot.danger.cards import CRISIS, OVERDOSE
from bot.matching.decision import CLARIFY, FALLBACK, Thresholds, decide
from bot.matching.encoder import meaning
from bot.matching.known_vectors import known_vectors
from bot.matching.matcher import Candidate, Matcher
from bot.matching.ordinary import Part, ordinary_messages
from bot.matching.spelling import normalise
from bot.rasa.components.base import Component
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import is_settled, with_readings

CLARIFY_INTENT = "clarify"
STRANGE = 3_000
"""How many ordinary messages the matcher learns as out of scope."""
_SMALL_TALK = re.compile(
    r"^\S+(\s\S+)?$|\b(hi|hello|hey|thanks?|bye|welcome|morning|night|how are you)\b", re.IGNORECASE
)
"""What of them isn't strange: greetings and the like have answers of their own."""
_RANKED = 10
"""How many candidates go into a message's ranking."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicMatcher(Component, IntentClassifier):
    """Finds the answer that a message asks for, and decides: answer, ask back, or fall back.

    It fills what Rasa's own classifiers and response selector fill, so that Rasa's tools keep working:
    `intent` is the group (`clarify` or `out_of_scope` if no answer is sure enough), `response_selector` has the ranking
    of full ids.
    """

    _matcher: Matcher
    _thresholds: Thresholds

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what makes the vectors."""
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the thresholds; config.yml can change them."""
        return dataclasses.asdict(Thresholds())

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the example questions, and what is strange from ordinary messages.

        DangerGuard knows overdose and crisis better; of the other urgent cards this is a second look.
        """
        examples = [
            (reading.whole, example.get_full_intent())
            for example, reading in with_readings(training_data.intent_examples)
            if example.get_full_intent() not in (OVERDOSE, CRISIS)
        ]
        strange = [normalise(text) for text in ordinary_messages(Part.LEARN) if not _SMALL_TALK.search(text)][:STRANGE]
        with known_vectors() as known:
            vectors = np.vstack([*(passage.vectors for passage, _ in examples), known.encode_all(strange)])
        matcher = Matcher.train(
            [*(passage.read for passage, _ in examples), *strange],
            meaning(vectors),
            [*(label for _, label in examples), *[OUT_OF_SCOPE] * len(strange)],
        )
        return self.keep(matcher.save)

    def read(self, folder: Path) -> None:
        """Read the matcher."""
        self._matcher = Matcher.load(folder)
        self._thresholds = Thresholds(**{name: self.config[name] for name in self.get_default_config()})

    def process(self, messages: list[Message]) -> list[Message]:
        """Set each message's intent and ranking."""
        for message, reading in with_readings(messages):
            if not is_settled(message):
                self._classify(message, self._matcher.rank(reading.whole.read, meaning(reading.whole.vectors)))
        return messages

    def _classify(self, message: Message, ranking: list[Candidate]) -> None:
        decision = decide(ranking, self._thresholds)
        best = decision.candidates[0]
        group = {CLARIFY: CLARIFY_INTENT, FALLBACK: OUT_OF_SCOPE}.get(decision.kind) or _group(best)
        groups: dict[str, float] = {}
        for candidate in ranking:
            groups.setdefault(_group(candidate), candidate.confidence)
        by_group = [{"name": name, "confidence": confidence} for name, confidence in groups.items()]
        message.set(INTENT, {"name": group, "confidence": best.confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, by_group, add_to_output=True)
        ids = [{INTENT_RESPONSE_KEY: c.label, "confidence": c.confidence} for c in decision.candidates[:_RANKED]]
        selector = {
            "all_retrieval_intents": sorted(name for name in groups if name != OUT_OF_SCOPE),
            group: {"response": {**ids[0], "utter_action": f"utter_{best.label}"}, "ranking": ids},
        }
        message.set("response_selector", selector, add_to_output=True)


def _group(candidate: Candidate) -> str:
    return candidate.label.partition("/")[0]
