"""AnswerPassage: which part of the answer a message is about."""

from __future__ import annotations

import functools
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.answers import URGENT_GROUP
from bot.content.library import library
from bot.matching.known_vectors import known_vectors
from bot.matching.passages import SentenceVectors, passage_of
from bot.matching.questions import asks
from bot.rasa.components.base import Component
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import ENCODE, is_settled, with_readings
from bot.rasa.components.section import SECTION_ENTITY

PASSAGE_ENTITY = "passage"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class AnswerPassage(Component, EntityExtractorMixin):
    """Entity `passage`: the number of the paragraph, of what *Tell me more* leads to, that a message is about.

    It reads the answers as they are now, so that a new paragraph is found at once. Training only works out beforehand
    what can be: the vectors of their sentences.
    """

    _vectors: SentenceVectors

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what makes vectors. TopicMatcher's ranking is read too, see ServiceSection."""
        return [SentenceEncoder]

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the vectors of the answers' sentences."""
        with known_vectors() as known:
            vectors = SentenceVectors.learn(library(), known.encode_all)
        return self.keep(vectors.save)

    def read(self, folder: Path) -> None:
        """Read the vectors."""
        self._vectors = SentenceVectors.load(folder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the passage to the entities of messages that ask for an answer without naming a section."""
        for message, reading in with_readings(messages):
            label = _asked_for(message)
            whole = reading.whole
            if is_settled(message) or label not in library() or _names_section(message) or not asks(whole.typed):
                continue  # Who tells something of themselves is answered as a whole.
            encode = functools.partial(self._vectors.of, encode=message.get(ENCODE))
            number = passage_of(whole.read, whole.vectors, library()[label], encode)
            if number is not None:
                found = {"entity": PASSAGE_ENTITY, "value": str(number), "start": 0, "end": len(whole.typed)}
                entities = message.get(ENTITIES, []) + self.add_extractor_name([found])
                message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _asked_for(message: Message) -> str:
    intent = message.get(INTENT)["name"]
    ranking = (message.get("response_selector") or {}).get(intent, {}).get("ranking", [])
    return str(ranking[0][INTENT_RESPONSE_KEY]) if ranking and intent != URGENT_GROUP else ""


def _names_section(message: Message) -> bool:
    return any(found["entity"] == SECTION_ENTITY for found in message.get(ENTITIES, []))
