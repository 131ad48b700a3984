"""DangerGuard: whether a message speaks of danger, before anything else is made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.danger.classifier import DangerClassifier
from bot.danger.messages import NOT_URGENT, danger_documents, labelled_messages
from bot.danger.rules import DangerRules, Screened, danger_rules
from bot.matching.decision import URGENT_GROUP
from bot.matching.encoder import Encoder
from bot.matching.encoder_files import encoder_folder
from bot.matching.reading import Reading
from bot.matching.spelling import normalise
from bot.rasa.components.base import Component
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import is_foreign, with_readings

TOPIC_SLOT = "topic"
DANGER_ENTITY = "danger"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerGuard(Component, IntentClassifier):
    """Sets the intent `urgent` if the rules or the classifier find danger; either is enough.

    The classifier learns from the example questions and from the messages and near misses of the rules. A message is
    read by itself and joined to the one before, since people in danger send halves. Where danger is spoken of but isn't
    happening now, the entity `danger` names the urgent answer: the reply then begins with what to do if it is.
    """

    _classifier: DangerClassifier
    _rules: DangerRules

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what makes the vectors.

        EnglishOnly should stand before this too, but Rasa lets no classifier that learns require another
        (ServiceSection says why).
        """
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the classifier's margins: from which on danger is taken for real, and for near.

        `not_now` is taken off the margin where the wording says that it isn't happening now, `foreign` where it is in
        another language, of which the classifier knows little. Below `harmless` the classifier is so sure that nothing
        is happening that a rule's sign is only noted.
        """
        return {"urgent": -0.05, "near": -0.4, "not_now": 0.15, "foreign": 0.4, "harmless": -0.3}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the example questions and the messages of the rules."""
        examples = list(with_readings(training_data.intent_examples))
        messages = [(label, text) for document in danger_documents() for label, text, _ in labelled_messages(document)]
        texts = [reading.whole.typed for _, reading in examples] + [text for _, text in messages]
        labels = [_urgent_label(example.get_full_intent()) for example, _ in examples] + [
            label for label, _ in messages
        ]
        vectors = np.concatenate([
            np.stack([reading.whole.vectors for _, reading in examples]),
            Encoder(encoder_folder()).encode_all(normalise(text) for _, text in messages),
        ])  # fmt: skip
        return self.keep(DangerClassifier.train(texts, vectors, labels).save)

    def read(self, folder: Path) -> None:
        """Read the classifier from the model, and the rules from where staff keep them."""
        self._classifier = DangerClassifier.load(folder)
        self._rules = danger_rules()

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Mark each message that speaks of danger."""
        for message, reading in with_readings(messages):
            self._mark(message, reading, _said_before(tracker), _topic(tracker))
        return messages

    def _doubt(self, message: Message, screened: Screened) -> float:
        not_now, foreign = float(self.config["not_now"]), float(self.config["foreign"])
        return screened.not_now * not_now + is_foreign(message) * foreign

    def _score(self, reading: Reading) -> tuple[str, float]:
        """Return what the classifier makes of a message, or of the piece of it that is most like danger."""
        scores = (self._classifier.score(part.typed, part.vectors) for part in (reading.whole, *reading.pieces))
        return max(scores, key=lambda answer_and_margin: answer_and_margin[1])

    def _mark(self, message: Message, reading: Reading, before: str, topic: str) -> None:
        text = reading.whole.typed
        alone = self._rules.screen(text)
        joined = self._rules.screen(f"{before} {text}") if before else Screened(None, not_now=False)
        answer_id, margin = self._score(reading)
        follow_up = self._rules.follow_up(text) if topic.startswith(f"{URGENT_GROUP}/") else None
        if follow_up:
            _set_urgent(message, follow_up)
        elif alone.urgent and alone.sign and margin >= self.config["harmless"]:
            _set_urgent(message, alone.sign.answer_id)
        elif margin - self._doubt(message, alone) >= self.config["urgent"]:
            _set_urgent(message, answer_id)
        elif joined.urgent and joined.sign and not alone.not_now:
            _set_urgent(message, joined.sign.answer_id)
        elif alone.sign:
            _note(message, alone.sign.answer_id)
        elif margin >= self.config["near"]:
            _note(message, answer_id)


def _urgent_label(full_intent: str) -> str:
    return full_intent if full_intent.startswith(f"{URGENT_GROUP}/") else NOT_URGENT


def _said_before(tracker: DialogueStateTracker | None) -> str:
    previous = tracker.latest_message if tracker else None
    return (previous.text or "") if previous and previous.intent.get("name") != "pick" else ""


def _topic(tracker: DialogueStateTracker | None) -> str:
    return str((tracker and tracker.get_slot(TOPIC_SLOT)) or "")


def _set_urgent(message: Message, answer_id: str) -> None:
    confidence = 1.0
    entry = {INTENT_RESPONSE_KEY: answer_id, "confidence": confidence}
    message.set(INTENT, {"name": URGENT_GROUP, "confidence": confidence}, add_to_output=True)
    message.set("intent_ranking", [{"name": URGENT_GROUP, "confidence": confidence}], add_to_output=True)
    selector = {
        "all_retrieval_intents": [URGENT_GROUP],
        URGENT_GROUP: {"response": {**entry, "utter_action": f"utter_{answer_id}"}, "ranking": [entry]},
    }
    message.set("response_selector", selector, add_to_output=True)


def _note(message: Message, answer_id: str) -> None:
    found = {"entity": DANGER_ENTITY, "value": answer_id, "start": 0, "end": len(message.get(TEXT))}
    message.set(ENTITIES, [*message.get(ENTITIES, []), found], add_to_output=True)
