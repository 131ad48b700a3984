"""AnswerPassage: which parts of the answer a message is about."""

from __future__ import annotations

import functools
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.answers import URGENT_GROUP
from bot.content.library import library
from bot.matching.known_vectors import known_vectors
from bot.matching.passages import SentenceVectors, parts_of, passage_of
from bot.matching.questions import asks
from bot.rasa.components.base import Component
from bot.rasa.components.context import topic_of
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import ENCODE, is_settled, with_readings
from bot.rasa.components.section import SECTION_ENTITY

PASSAGE_ENTITY, PART_ENTITY = "passage", "part"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class AnswerPassage(Component, EntityExtractorMixin):
    """Entity `passage`: the number of the paragraph, of what *Tell me more* leads to, that a message is about.

    If the conversation is on that answer already, entity `part` instead: the numbers of the parts that fit best, though
    they may have been shown. It is empty for a question that none of them fits, unless the answer has sections.

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

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Add the passage or the parts to the entities of messages that ask for an answer without naming a section."""
        for message, reading in with_readings(messages):
            label = _asked_for(message)
            if is_settled(message) or label not in library() or _names_section(message):
                continue
            answer, whole = library()[label], reading.whole
            encode = functools.partial(self._vectors.of, encode=message.get(ENCODE))
            if label == topic_of(tracker):
                numbers = parts_of(whole.read, whole.vectors, answer, encode)
                if numbers or (asks(whole.typed) and not answer.sections):
                    self._add(message, PART_ENTITY, " ".join(map(str, numbers)), whole.typed)
            elif asks(whole.typed):  # Who tells something of themselves is answered as a whole.
                number = passage_of(whole.read, whole.vectors, answer, encode)
                if number is not None:
                    self._add(message, PASSAGE_ENTITY, str(number), whole.typed)
        return messages

    def _add(self, message: Message, entity: str, value: str, typed: str) -> None:
        found = {"entity": entity, "value": value, "start": 0, "end": len(typed)}
        message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name([found]), add_to_output=True)


def _asked_for(message: Message) -> str:
    intent = message.get(INTENT)["name"]
    ranking = (message.get("response_selector") or {}).get(intent, {}).get("ranking", [])
    return str(ranking[0][INTENT_RESPONSE_KEY]) if ranking and intent != URGENT_GROUP else ""


def _names_section(message: Message) -> bool:
    return any(found["entity"] == SECTION_ENTITY for found in message.get(ENTITIES, []))
