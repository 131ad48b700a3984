"""DangerGuard: whether a message speaks of danger, before anything else is made of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.danger.cards import CRISIS, family
from bot.danger.classifier import DangerClassifier, Messages
from bot.danger.follow_ups import GO_ON, STAY, FollowUps
from bot.danger.messages import NOT_URGENT, danger_documents
from bot.danger.rules import DangerRules, Screened, danger_rules
from bot.danger.training import Rates, train
from bot.danger.verdict import Level, Verdict, staying_with, verdict
from bot.matching.decision import URGENT_GROUP
from bot.matching.known_vectors import known_vectors
from bot.matching.reading import Reading
from bot.matching.spelling import normalise
from bot.rasa.components.base import Component
from bot.rasa.components.context import said_before, topic_of
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import FOLLOW_UP, GOES_ON, is_foreign, note_danger, set_urgent, with_readings


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerGuard(Component, IntentClassifier):
    """Sets the intent `urgent` if the rules and the classifier find danger together, or the classifier alone.

    The classifier learns from the example questions, data/danger and ordinary messages. A message is read by itself
    and, until there is an emergency, joined to the one before, since people in danger send halves. Where nobody can
    tell, the entity `danger` names the urgent answer: after the usual reply, the assistant then asks whether someone is
    in danger. After an urgent reply about someone's body, it also says what comes next.
    """

    _classifier: DangerClassifier
    _follow_ups: FollowUps
    rules: DangerRules

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what makes the vectors.

        EnglishOnly should stand before this too, but Rasa lets no classifier that learns require another
        (ServiceSection says why).
        """
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return which shares of ordinary messages may be taken for danger (Rates), and what is taken off the margin.

        `not_now` is taken off where the wording says that it isn't happening now, `foreign` where a message is in
        another language, of which the classifier knows little.
        """
        return {**dataclasses.asdict(Rates()), "not_now": 1.0, "foreign": 2.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the example questions, data/danger and ordinary messages."""
        examples = list(with_readings(training_data.intent_examples))
        own = Messages(
            [reading.whole.typed for _, reading in examples],
            np.stack([reading.whole.vectors for _, reading in examples]),
            [_urgent_label(example.get_full_intent()) for example, _ in examples],
        )
        rates = Rates(**{field.name: self.config[field.name] for field in dataclasses.fields(Rates)})
        rules = danger_rules()
        with known_vectors() as known:
            classifier = train(own, lambda texts: known.encode_all(map(normalise, texts)), rules, rates)
            questions = [text for text, label in zip(own.texts, own.labels, strict=True) if label == NOT_URGENT]
            follow_ups = FollowUps.learn(danger_documents(), questions, known.encode_all)

        def write(folder: Path) -> None:
            classifier.save(folder)
            follow_ups.save(folder)
            rules.save(folder)

        return self.keep(write)

    def read(self, folder: Path) -> None:
        """Read the classifier and the rules."""
        self._classifier = DangerClassifier.load(folder)
        self._follow_ups = FollowUps.load(folder)
        self.rules = DangerRules.load(folder)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Mark each message that speaks of danger."""
        topic = topic_of(tracker)
        emergency = topic if topic.startswith(f"{URGENT_GROUP}/") else ""
        for message, reading in with_readings(messages):
            self._mark(message, reading, "" if emergency else said_before(tracker), emergency)
        return messages

    def _mark(self, message: Message, reading: Reading, before: str, emergency: str) -> None:
        found = self._verdict(message, reading, before)
        card = None
        if emergency:
            found = found and staying_with(emergency, found)
            # What follows is about someone's body. With whoever wants to die, it stays with the words and the lines.
            follows = self._follow_ups.next(reading.whole) if family(emergency) != CRISIS else STAY
            card = follows if follows not in (STAY, GO_ON) else None
            message.set(GOES_ON, follows == GO_ON)
        if found and found.level is Level.URGENT:
            set_urgent(message, card or found.card)
        elif card:
            message.set(FOLLOW_UP, card)
        elif found:
            note_danger(message, found.card)

    def _verdict(self, message: Message, reading: Reading, before: str) -> Verdict | None:
        text = reading.whole.typed
        alone = self.rules.screen(text)
        joined = self.rules.screen(f"{before} {text}") if before else Screened(None, not_now=False)
        sense = self._classifier.sense([(part.typed, part.vectors) for part in (reading.whole, *reading.pieces)])
        doubt = alone.not_now * self.config["not_now"] + is_foreign(message) * self.config["foreign"]
        return verdict(alone, joined, sense, self._classifier.thresholds, doubt)


def _urgent_label(full_intent: str) -> str:
    return full_intent if full_intent.startswith(f"{URGENT_GROUP}/") else NOT_URGENT
