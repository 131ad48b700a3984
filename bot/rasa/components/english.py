"""EnglishOnly: whether a message is English."""

from __future__ import annotations

from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.matching.language import Languages, copy_model
from bot.rasa.components.base import Component
from bot.rasa.components.context import topic_of
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import NOT_ENGLISH_INTENT, with_readings


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EnglishOnly(Component, IntentClassifier):
    """Sets the intent `not_english` on messages in other languages. DangerGuard may overrule it, nothing else does."""

    _languages: Languages

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what knows how many of a message's words the examples have."""
        return [SentenceEncoder]

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the language model in the assistant's model."""
        return self.keep(copy_model)

    def read(self, folder: Path) -> None:
        """Read the language model."""
        self._languages = Languages(folder)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Mark messages that aren't English. Whoever has a topic has written English before."""
        goes_on = bool(topic_of(tracker))
        for message, reading in with_readings(messages):
            if not self._languages.is_english(reading.whole.typed, reading.share_known, goes_on):
                message.set(INTENT, {"name": NOT_ENGLISH_INTENT, "confidence": 1.0}, add_to_output=True)
        return messages
