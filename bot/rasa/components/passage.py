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

from bot.content.answers import OUT_OF_SCOPE, URGENT_GROUP, Answer
from bot.content.library import library
from bot.matching.known_vectors import known_vectors
from bot.matching.passages import (
    FITS,
    FITS_BETTER,
    FITS_BETTER_IN_DANGER,
    FITS_THE_LOST,
    MOST_PARTS,
    Encode,
    SentenceVectors,
    follow_up_of,
    parts_of,
    passage_of,
)
from bot.matching.questions import asks
from bot.matching.reading import Passage
from bot.rasa.components.base import Component
from bot.rasa.components.context import topic_of
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import ENCODE, FOLLOW_UP, is_settled, set_answer, set_urgent, with_readings
from bot.rasa.components.section import SECTION_ENTITY
from bot.rasa.components.topic import CLARIFY_INTENT

PASSAGE_ENTITY, PART_ENTITY = "passage", "part"
_CHAT = "chat"
_HANDS_ON = ("urgent/not_breathing", "urgent/breathing_not_waking", "urgent/give_naloxone")
"""Cards that say what to do with one's hands: no answer to a question about the card before is worth more."""
_NOWHERE = (OUT_OF_SCOPE, CLARIFY_INTENT)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class AnswerPassage(Component, EntityExtractorMixin):
    """Entity `passage`: the number of the paragraph, of what *Tell me more* leads to, that a message is about.

    If the conversation is on that answer already, entity `part` instead: the numbers of the parts that fit best, though
    they may have been shown. It is empty for a question that none of them fits, unless the answer has sections. After
    an urgent answer, a message gets its part that fits, unless it surely leads elsewhere.

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
        """Add the passage or the parts to the entities of messages that ask for an answer and for no section of it."""
        topic = topic_of(tracker)
        for message, reading in with_readings(messages):
            if self._is_about_card(message, reading.whole, topic) or self._is_follow_up(message, reading.whole, topic):
                continue
            label = _asked_for(message)
            if is_settled(message) or label not in library() or _names_section_of(message, label):
                continue
            answer, whole = library()[label], reading.whole
            if label == topic:
                numbers = self._parts(message, whole, answer)
                if numbers or (asks(whole.typed) and not answer.sections):
                    self._add(message, PART_ENTITY, " ".join(map(str, numbers)), whole.typed)
            elif asks(whole.typed):  # Who tells something of themselves is answered as a whole.
                number = passage_of(whole.read, whole.vectors, answer, self._encode(message))
                if number is not None:
                    self._add(message, PASSAGE_ENTITY, str(number), whole.typed)
        return messages

    def _is_about_card(self, message: Message, whole: Passage, topic: str) -> bool:
        """Tell whether a message after an urgent answer is about a part of one, and lead it there.

        That is the answer that it moves on to, or the one that was given. It isn't if DangerGuard finds another danger.
        """
        if not topic.startswith(f"{URGENT_GROUP}/"):
            return False
        group, label, next_card = message.get(INTENT)["name"], _asked_for(message), message.get(FOLLOW_UP)
        leads_nowhere = group in _NOWHERE or label == topic
        if is_settled(message) and not (group == URGENT_GROUP and (label == topic or next_card)):
            return False
        if not (leads_nowhere or asks(whole.typed) or group == _CHAT):
            return False
        cards = [next_card] if next_card in _HANDS_ON else [next_card or topic, topic]
        for card in filter(library().__contains__, dict.fromkeys(cards)):
            fits = FITS_THE_LOST if leads_nowhere else FITS_BETTER_IN_DANGER
            if numbers := self._parts(message, whole, library()[card], fits, most=1):
                set_urgent(message, card)
                self._add(message, PART_ENTITY, str(numbers[0]), whole.typed)
                return True
        return False

    def _is_follow_up(self, message: Message, whole: Passage, topic: str) -> bool:
        """Tell whether what leads elsewhere is surely a follow-up that the topic's answer has, and lead it there."""
        if topic not in library() or is_settled(message):
            return False
        leads_nowhere = message.get(INTENT)["name"] in _NOWHERE
        stays = _asked_for(message) == topic and not (leads_nowhere or _names_section_of(message, topic))
        if stays or not (leads_nowhere or asks(whole.typed)):
            return False
        fits = FITS_THE_LOST if leads_nowhere else FITS_BETTER
        number = follow_up_of(whole.read, whole.vectors, library()[topic], self._encode(message), fits)
        if number is None:
            return False
        set_answer(message, library()[topic].group, topic)
        message.set(ENTITIES, [one for one in message.get(ENTITIES, []) if one["entity"] != SECTION_ENTITY])
        self._add(message, PART_ENTITY, str(number), whole.typed)
        return True

    def _parts(
        self, message: Message, whole: Passage, answer: Answer, fits: float = FITS, most: int = MOST_PARTS
    ) -> list[int]:
        return parts_of(whole.read, whole.vectors, answer, self._encode(message), fits, most)

    def _encode(self, message: Message) -> Encode:
        return functools.partial(self._vectors.of, encode=message.get(ENCODE))

    def _add(self, message: Message, entity: str, value: str, typed: str) -> None:
        found = {"entity": entity, "value": value, "start": 0, "end": len(typed)}
        message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name([found]), add_to_output=True)


def _asked_for(message: Message) -> str:
    intent = message.get(INTENT)["name"]
    ranking = (message.get("response_selector") or {}).get(intent, {}).get("ranking", [])
    return str(ranking[0][INTENT_RESPONSE_KEY]) if ranking else ""


def _names_section_of(message: Message, answer_id: str) -> bool:
    """Tell whether a message asks for a section, of an answer that has some."""
    named = any(found["entity"] == SECTION_ENTITY for found in message.get(ENTITIES, []))
    return named and bool(library()[answer_id].sections)
